// The smallest host in C++: one step of an empty world. SPDX-License-Identifier: MIT
#include <dks.hpp>

int main() {
  dks::model model;
  model.step();
  return model.info().step == 1 ? 0 : 1;
}
