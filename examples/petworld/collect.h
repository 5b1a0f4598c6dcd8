// Writing what a world collects into a folder, one CSV file a table, row by row as it comes; and
// beside them agents.csv and actions.csv, which say what the numbers in the tables stand for.
// SPDX-License-Identifier: MIT
#pragma once

#include "host.h"
#include "record.h"

#include <cstdio>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace petworld {

class Collection {
 public:
  struct File {
    std::string table, path;
    uint64_t rows = 0;
  };

  // Makes the folder and the files of all tables; throws when it cannot, or when the folder has
  // other CSV files: those of another world, say, that would seem to be this one's.
  Collection(std::string folder, const Host& host);
  ~Collection();
  Collection(const Collection&) = delete;
  Collection& operator=(const Collection&) = delete;

  // Takes the rows of the last step. A file that cannot be written is given up, the others go on.
  void drain(const Host& host);
  // Hands to the system what is still in memory.
  void flush();
  // Writes agents.csv and actions.csv and closes everything.
  void finish(const Host& host, const Record& record);

  // Does the world file ask for any table?
  bool has_tables() const { return has_tables_; }
  // After finish(): what there is, and what went wrong first.
  std::vector<File> files() const;
  const std::optional<std::string>& problem() const { return problem_; }

 private:
  struct Close {
    void operator()(std::FILE* file) const { std::fclose(file); }
  };
  struct Open {
    File about;
    std::unique_ptr<std::FILE, Close> file;  // empty once given up
  };

  void refuse_other_files() const;
  std::string path_of(const std::string& file) const;
  std::string path_for(const std::string& table) const;
  void open(Open& target);
  void write(Open& target, std::string_view text);
  void give_up(Open& target);
  void write_file(const std::string& name, const std::string& text);

  std::string folder_;
  std::vector<Open> open_;
  std::vector<char> buffer_;
  bool has_tables_ = false;
  std::optional<std::string> problem_;
};

}  // namespace petworld
