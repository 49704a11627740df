#include "cli/command_line.hpp"

int main(int argc, char** argv) { return lotkeeper::cli::run(argc, argv); }
