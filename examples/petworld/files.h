// Reading what the user names: a world file and the species files that it names.
// SPDX-License-Identifier: MIT
#pragma once

#include "json.h"

#include <string>
#include <vector>

namespace petworld {

// The whole file; errors say why it cannot be read, with the path as the user typed it.
std::string read_file(const std::string& path);

struct TextFile {
  std::string path, text;
};
// A world file first, then its species files, which it names relative to its own folder.
struct WorldFiles {
  std::vector<TextFile> files;
  Outline about;
  const std::string& path() const { return files.front().path; }
};
WorldFiles read_world_files(const std::string& path);
WorldFiles read_world_files(const std::string& path, std::string text);

}  // namespace petworld
