// SPDX-License-Identifier: MIT
#include "files.h"

#include "error.h"
#include "text.h"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>
#include <sys/stat.h>

namespace petworld {
namespace {

struct CloseFile {
  void operator()(std::FILE* file) const { std::fclose(file); }
};

[[noreturn]] void cannot_read(const std::string& path, const char* why) {
  throw Error("cannot read \"" + printable(path) + "\": " + why);
}

std::string folder_of(const std::string& path) {
  const size_t slash = path.rfind('/');
  return slash == std::string::npos ? std::string() : path.substr(0, slash + 1);
}

}  // namespace

std::string read_file(const std::string& path) {
  errno = 0;
  const std::unique_ptr<std::FILE, CloseFile> file(std::fopen(path.c_str(), "rb"));
  if (!file) {
    cannot_read(path, std::strerror(errno));
  }
  struct stat about {};
  if (fstat(fileno(file.get()), &about) == 0 && S_ISDIR(about.st_mode)) {
    cannot_read(path, "it is a folder, expected a file");
  }
  std::string text;
  char block[1 << 16];
  while (const size_t size = std::fread(block, 1, sizeof block, file.get())) {
    text.append(block, size);
  }
  if (std::ferror(file.get()) != 0) {
    cannot_read(path, std::strerror(errno));
  }
  return text;
}

WorldFiles read_world_files(const std::string& path) {
  return read_world_files(path, read_file(path));
}

WorldFiles read_world_files(const std::string& path, std::string text) {
  WorldFiles world;
  world.about = outline(text);
  world.files.push_back({path, std::move(text)});
  for (const auto& [index, name] : world.about.species_files) {
    const std::string where = name.starts_with('/') ? name : folder_of(path) + name;
    try {
      world.files.push_back({where, read_file(where)});
    } catch (const Error& error) {
      throw Error(path + ": /species/" + std::to_string(index) + ": " + error.what());
    }
  }
  return world;
}

}  // namespace petworld
