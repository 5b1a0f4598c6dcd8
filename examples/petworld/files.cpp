// SPDX-License-Identifier: MIT
#include "files.h"

#include "error.h"
#include "text.h"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>
#include <sys/stat.h>
#include <unistd.h>

namespace petworld {
namespace {

struct CloseFile {
  void operator()(std::FILE* file) const { std::fclose(file); }
};

[[noreturn]] void cannot_read(const std::string& path, const char* why) {
  throw Error("cannot read \"" + printable(path) + "\": " + why);
}

std::string cannot_write(const std::string& path, const char* why) {
  return cat("cannot write \"", printable(path), "\": ", why);
}

std::string folder_of(const std::string& path) {
  const size_t slash = path.rfind('/');
  return slash == std::string::npos ? std::string() : path.substr(0, slash + 1);
}

// A file that a world names at that place.
TextFile read_named(const std::string& world, const std::string& place, const std::string& file) {
  const std::string path = file.starts_with('/') ? file : folder_of(world) + file;
  try {
    return {path, read_file(path)};
  } catch (const Error& error) {
    throw Error(cat(world, ": ", place, ": ", error.what()));
  }
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

void write_file(const std::string& path, const std::string& text) {
  errno = 0;
  std::unique_ptr<std::FILE, CloseFile> file(std::fopen(path.c_str(), "wb"));
  const bool written = file && std::fwrite(text.data(), 1, text.size(), file.get()) == text.size();
  const bool closed = file && std::fclose(file.release()) == 0;
  if (!written || !closed) {
    throw Error(cannot_write(path, std::strerror(errno)));
  }
}

std::string why_not_written(const std::string& path) {
  struct stat about {};
  const bool is_there = stat(path.c_str(), &about) == 0;
  if (is_there && S_ISDIR(about.st_mode)) {
    return cannot_write(path, "it is a folder, expected a file");
  }
  const std::string folder = folder_of(path).empty() ? "." : folder_of(path);
  const bool allowed = access(is_there ? path.c_str() : folder.c_str(), W_OK) == 0;
  return allowed ? "" : cannot_write(path, std::strerror(errno));
}

WorldFiles read_world_files(const std::string& path) {
  return read_world_files(path, read_file(path));
}

WorldFiles read_world_files(const std::string& path, std::string text) {
  WorldFiles world;
  world.about = outline(text);
  if (world.about.kind == Document::kSpecies) {
    throw Error(cat("\"", printable(path), "\" is a species, expected a world that names it"));
  }
  if (world.about.kind == Document::kDay) {
    throw Error(cat("\"", printable(path), "\" looks like a day file (--input), expected a world"));
  }
  world.files.push_back({path, std::move(text)});
  for (size_t i = 0; i < world.about.species.size(); ++i) {
    Outline::Species& species = world.about.species[i];
    if (species.file.empty()) {
      continue;
    }
    world.files.push_back(read_named(path, cat("/species/", std::to_string(i)), species.file));
    species.name = outline(world.files.back().text).name;
  }
  for (const Outline::Mind& mind : world.about.minds) {
    world.files.push_back(read_named(path, cat("/types/", printable(mind.type), "/mind"), mind.file)
    );
  }
  return world;
}

}  // namespace petworld
