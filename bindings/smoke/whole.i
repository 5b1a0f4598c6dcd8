// The whole of dks.h, as SWIG takes it by itself: it has to parse, and what comes of it to compile.
// SPDX-License-Identifier: MIT
%module whole
// Warnings that are known. Any other stops the check (tests/checks/bindings.sh).
#pragma SWIG nowarn=451           // a text in a desc is borrowed; a binding sets it for the call
%warnfilter(314) dks_message::from; // a keyword in Python, which gets "_from"

%{
#include "dks.h"
%}
%include <stdint.i>
%include "dks.h"
