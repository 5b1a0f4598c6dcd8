// Reading what the user names: a world file and the files that it names.
// SPDX-License-Identifier: MIT
#pragma once

#include "json.h"

#include <string>
#include <vector>

namespace petworld {

// The whole file; errors say why it cannot be read, with the path as the user typed it.
std::string read_file(const std::string& path);
// Errors say why it cannot be written.
void write_file(const std::string& path, const std::string& text);
// Why write_file would fail, as far as that can be known before; "" when nothing speaks against it.
std::string why_not_written(const std::string& path);

struct TextFile {
  std::string path, text;
};
// A world file first, then the files of its species and minds, which it names relative to its own
// folder.
struct WorldFiles {
  std::vector<TextFile> files;
  Outline about;
};
// Errors name the file that cannot be read, or say what it is when it is no world.
WorldFiles read_world_files(const std::string& path);
WorldFiles read_world_files(const std::string& path, std::string text);

}  // namespace petworld
