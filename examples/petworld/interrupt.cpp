// SPDX-License-Identifier: MIT
#include "interrupt.h"

#include <csignal>
#include <cstring>
#include <termios.h>
#include <unistd.h>

namespace petworld {
namespace {

// A signal handler can reach nothing but globals.
volatile std::sig_atomic_t g_interrupted = 0;
volatile std::sig_atomic_t g_suspend = 0;
volatile std::sig_atomic_t g_restore_fd = -1;
const char* volatile g_restore_text = nullptr;
termios g_terminal{};
bool g_has_terminal = false;

void on_interrupt(int signal) {
  if (g_interrupted == 0) {
    g_interrupted = 1;
    return;
  }
  if (g_has_terminal) {
    tcsetattr(STDIN_FILENO, TCSANOW, &g_terminal);
  }
  if (g_restore_text != nullptr &&
      write(g_restore_fd, g_restore_text, std::strlen(g_restore_text)) < 0) {
    // Nothing is left to do about it.
  }
  std::signal(signal, SIG_DFL);
  raise(signal);
}

void on_suspend(int) {
  g_suspend = 1;
}

void catch_signal(int signal, void (*handler)(int)) {
  struct sigaction action {};
  action.sa_handler = handler;
  sigemptyset(&action.sa_mask);
  action.sa_flags = 0;  // waiting for input or time ends early
  sigaction(signal, &action, nullptr);
}

}  // namespace

void catch_interrupts() {
  g_has_terminal = tcgetattr(STDIN_FILENO, &g_terminal) == 0;
  catch_signal(SIGINT, on_interrupt);
  catch_signal(SIGTERM, on_interrupt);
  catch_signal(SIGHUP, on_interrupt);
  if (g_has_terminal) {
    catch_signal(SIGTSTP, on_suspend);
  }
}

bool interrupted() {
  return g_interrupted != 0;
}

bool suspend_asked() {
  const bool asked = g_suspend != 0;
  g_suspend = 0;
  return asked;
}

void suspend() {
  raise(SIGSTOP);
}

void restore_on_sudden_end(int fd, const char* text) {
  g_restore_text = nullptr;
  g_restore_fd = fd;
  g_restore_text = text;
}

}  // namespace petworld
