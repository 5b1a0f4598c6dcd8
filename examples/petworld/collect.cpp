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

// Who an id in the tables is.
std::string agents_csv(const Host& host, const Record& record) {
  std::string text = "id,name,type\r\n";
  for (const PetRecord& pet : record.pets()) {
    const std::string& type = host.plan().types[pet.type].name;
    text += cat(std::to_string(pet.id), ",", csv_cell(pet.name), ",", csv_cell(type), "\r\n");
  }
  return text;
}

// What an action in the tables is: species number theirs apart, the number behind the last one is
// of a pet that does nothing.
std::string actions_csv(const Host& host) {
  std::string text = "type,number,name\r\n";
  for (const Plan::Type& type : host.plan().types) {
    for (size_t i = 0; i <= type.actions.size(); ++i) {
      const std::string name = i < type.actions.size() ? type.actions[i] : "none";
      text += cat(csv_cell(type.name), ",", std::to_string(i), ",", csv_cell(name), "\r\n");
    }
  }
  return text;
}

constexpr const char* kAgents = "agents.csv";
constexpr const char* kActions = "actions.csv";

}  // namespace

Collection::Collection(std::string folder, const Host& host)
    : folder_(std::move(folder)), buffer_(1 << 16) {
  std::error_code failure;
  std::filesystem::create_directories(folder_, failure);
  if (!std::filesystem::is_directory(folder_)) {
    const std::string why = failure ? failure.message() : "it is a file, expected a folder";
    throw Error("--collect: cannot make the folder \"" + printable(folder_) + "\": " + why);
  }
  const char* name = nullptr;
  while (dks_model_table_name(host.model(), static_cast<uint32_t>(open_.size()), &name) == DKS_OK) {
    open_.push_back({{name, path_for(name)}, nullptr});
  }
  has_tables_ = !open_.empty();
  refuse_other_files();
  for (Open& target : open_) {
    open(target);
  }
  if (problem_) {
    throw Error("--collect: " + *problem_);
  }
}

Collection::~Collection() = default;

void Collection::refuse_other_files() const {
  std::error_code failure;
  for (const auto& entry : std::filesystem::directory_iterator(folder_, failure)) {
    const std::string file = entry.path().filename().string();
    const bool own = file == kAgents || file == kActions ||
                     std::any_of(open_.begin(), open_.end(), [&](const Open& other) {
                       return other.about.path == path_of(file);
                     });
    if (file.ends_with(".csv") && !own) {
      throw Error(
          "--collect: the folder \"" + printable(folder_) + "\" has a \"" + printable(file) +
          "\" that this world does not write: please name a folder for this world alone"
      );
    }
  }
}

void Collection::open(Open& target) {
  target.file.reset(std::fopen(target.about.path.c_str(), "wb"));
  if (!target.file) {
    give_up(target);
  }
}

std::string Collection::path_of(const std::string& file) const {
  return folder_ + (folder_.ends_with('/') ? "" : "/") + file;
}

std::string Collection::path_for(const std::string& table) const {
  const std::string stem = path_of(file_name(table));
  std::string path = stem + ".csv";
  const auto taken = [&](const std::string& candidate) {
    return candidate == path_of(kAgents) || candidate == path_of(kActions) ||
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
  for (Open& target : open_) {
    for (;;) {
      uint64_t size = 0;
      const dks_status status = dks_model_read_csv(
          host.model(), target.about.table.c_str(), buffer_.data(), buffer_.size(), &size
      );
      if (status == DKS_E_LIMIT) {
        buffer_.resize(size + 1);  // not even the next line, of that size, fits
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
  write_file(kAgents, agents_csv(host, record));
  write_file(kActions, actions_csv(host));
  flush();
  for (Open& target : open_) {
    std::FILE* file = target.file.release();
    if (file != nullptr && std::fclose(file) != 0) {
      give_up(target);
    }
  }
}

void Collection::write_file(const std::string& name, const std::string& text) {
  Open target{{name, path_of(name)}, nullptr};
  open(target);
  write(target, text);
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
