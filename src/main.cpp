#include "cli/run.hpp"

int main(int argc, char** argv) { return lotkeeper::cli::run(argc, argv); }
