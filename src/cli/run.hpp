#pragma once

// Separate from command_line.hpp, which is slow to compile.
namespace lotkeeper::cli {

/// Runs the whole program. Returns the exit code.
int run(int argc, char** argv);

}  // namespace lotkeeper::cli
