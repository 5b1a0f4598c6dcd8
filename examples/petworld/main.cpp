// SPDX-License-Identifier: MIT
#include "arguments.h"
#include "error.h"

#include <cstdio>
#include <exception>
#include <new>

int main(int argc, char** argv) {
  try {
    int code = petworld::run_arguments(argc, argv);
    if (std::fflush(stdout) != 0 || std::ferror(stdout) != 0) {
      std::perror("petworld: cannot write to standard output");
      code = code == petworld::kExitOk ? petworld::kExitFailed : code;
    }
    return code;
  } catch (const petworld::Error& error) {
    std::fflush(stdout);
    std::fprintf(stderr, "petworld: %s\n", error.what());
    return error.exit_code();
  } catch (const std::bad_alloc&) {
    std::fputs("petworld: out of memory\n", stderr);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "petworld: %s\n", error.what());
  } catch (...) {
    std::fputs("petworld: an error of an unknown kind\n", stderr);
  }
  return petworld::kExitFailed;
}
