// SPDX-License-Identifier: MIT
#include "collect.h"

#include "error.h"
#include "text.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <system_error>

namespace petworld {
namespace {

// A table's name as a file's name.
std::string file_name(const std::string& table) {
  std::string name;
  for (const char c : table) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       c == '_' || c == '-' || (c == '.' && !name.empty());
    name += plain ? c : '_';
  }
  return name.empty() ? "_" : name;
}

// RFC 4180.
std::string csv_cell(const std::string& text) {
  if (text.find_first_of(",\"\r\n") == std::string::npos) {
    return text;
  }
  std::string cell = "\"";
  for (const char c : text) {
    cell += c;
    cell += c == '"' ? "\"" : "";
  }
  return cell + "\"";
}

}  // namespace

Collection::Collection(std::string folder, const Host& host)
    : folder_(std::move(folder)), buffer_(1 << 16) {
  std::error_code failure;
  std::filesystem::create_directories(folder_, failure);
  if (!std::filesystem::is_directory(folder_)) {
    const std::string why = failure ? failure.message() : "it is a file, expected a folder";
    throw Error("--collect: cannot make the folder \"" + printable(folder_) + "\": " + why);
  }
  open_new_tables(host);
  if (problem_) {
    throw Error("--collect: " + *problem_);
  }
}

Collection::~Collection() = default;

void Collection::open_new_tables(const Host& host) {
  const char* name = nullptr;
  while (dks_model_table_name(host.model(), static_cast<uint32_t>(open_.size()), &name) == DKS_OK) {
    Open target;
    target.about.table = name;
    target.about.path = path_for(name);
    target.file.reset(std::fopen(target.about.path.c_str(), "wb"));
    if (!target.file) {
      give_up(target);
    }
    open_.push_back(std::move(target));
  }
}

std::string Collection::path_for(const std::string& table) const {
  const std::string stem = folder_ + (folder_.ends_with('/') ? "" : "/") + file_name(table);
  std::string path = stem + ".csv";
  const auto taken = [&](const std::string& candidate) {
    return (candidate.ends_with("/agents.csv") && !table.empty()) ||
           std::any_of(open_.begin(), open_.end(), [&](const Open& other) {
             return other.about.path == candidate;
           });
  };
  for (int i = 2; taken(path); ++i) {
    path = stem + "_" + std::to_string(i) + ".csv";
  }
  return path;
}

void Collection::drain(const Host& host) {
  open_new_tables(host);
  for (Open& target : open_) {
    for (;;) {
      uint64_t size = 0;
      const dks_status status = dks_model_read_csv(
          host.model(), target.about.table.c_str(), buffer_.data(), buffer_.size(), &size
      );
      if (status == DKS_E_INVALID && buffer_.size() < (size_t{1} << 26)) {
        buffer_.resize(buffer_.size() * 2);  // not even one line fits
        continue;
      }
      check(status, kExitFailed);
      if (size == 0) {
        break;
      }
      write(target, {buffer_.data(), size});
    }
  }
}

void Collection::write(Open& target, std::string_view text) {
  if (!target.file) {
    return;
  }
  if (std::fwrite(text.data(), 1, text.size(), target.file.get()) != text.size()) {
    return give_up(target);
  }
  target.about.rows += static_cast<uint64_t>(std::count(text.begin(), text.end(), '\n'));
}

void Collection::give_up(Open& target) {
  const std::string why = std::strerror(errno);
  if (!problem_) {
    problem_ = "cannot write \"" + printable(target.about.path) + "\": " + why;
  }
  target.file.reset();
}

void Collection::flush() {
  for (Open& target : open_) {
    if (target.file && std::fflush(target.file.get()) != 0) {
      give_up(target);
    }
  }
}

void Collection::finish(const Host& host, const Record& record) {
  drain(host);
  write_agents(host, record);
  flush();
  for (Open& target : open_) {
    std::FILE* file = target.file.release();
    if (file != nullptr && std::fclose(file) != 0) {
      give_up(target);
    }
  }
}

void Collection::write_agents(const Host& host, const Record& record) {
  Open target;
  target.about.table = "agents";
  target.about.path = folder_ + (folder_.ends_with('/') ? "" : "/") + "agents.csv";
  target.file.reset(std::fopen(target.about.path.c_str(), "wb"));
  if (!target.file) {
    give_up(target);
  }
  write(target, "id,name,type\r\n");
  for (const PetRecord& pet : record.pets()) {
    if (pet.id != DKS_AGENT_NONE) {
      const char* name = "";
      const bool alive = dks_model_agent_name(host.model(), pet.id, &name) == DKS_OK;
      write(
          target,
          std::to_string(pet.id) + "," + csv_cell(alive ? name : "") + "," +
              csv_cell(host.plan().types[pet.type].name) + "\r\n"
      );
    }
  }
  open_.push_back(std::move(target));
}

std::vector<Collection::File> Collection::files() const {
  std::vector<File> files;
  for (const Open& target : open_) {
    files.push_back(target.about);
    files.back().rows -= std::min<uint64_t>(files.back().rows, 1);  // the line of names
  }
  return files;
}

}  // namespace petworld
