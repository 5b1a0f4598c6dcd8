// The command line: which command, with which options, and what to say when it makes no sense.
// SPDX-License-Identifier: MIT
#pragma once

namespace petworld {

// Returns the exit code; throws Error.
int run_arguments(int argc, char** argv);

}  // namespace petworld
