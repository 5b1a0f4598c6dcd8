// Signals: Ctrl-C and its kin ask the run to end after its step; a second one ends it at once.
// SPDX-License-Identifier: MIT
#pragma once

namespace petworld {

// From now on SIGINT, SIGTERM and SIGHUP only set the flag that interrupted() reads.
void catch_interrupts();
bool interrupted();
// The user pressed Ctrl-Z since the last call: put the terminal back, then call suspend().
bool suspend_asked();
void suspend();

// What to write to file descriptor `fd`, and to do to the terminal, if a second signal ends the
// program. `text` has to live on; nullptr: nothing.
void restore_on_sudden_end(int fd, const char* text);

}  // namespace petworld
