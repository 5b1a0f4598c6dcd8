// SPDX-License-Identifier: MIT
#include "world/table.h"

#include "base/archive.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstring>
#include <optional>

namespace dks {
namespace {

constexpr uint32_t kMaxWidth = 1U << 16;

// The greatest double that T can hold: the largest u64 is none.
template <class T>
constexpr double greatest() {
  return sizeof(T) == 8 && std::is_integral_v<T>
             ? 18446744073709549568.0
             : static_cast<double>(std::numeric_limits<T>::max());
}

Result<> check(const std::string& type, Field& field) {
  const auto wrong = [&](const auto&... parts) {
    return invalid("field \"", field.name, "\" of agent type \"", type, "\": ", parts...);
  };
  if (field.name.empty() || field.name == "id" || field.name == "cell") {
    return wrong("a field cannot be called that");
  }
  if (field.width == 0 || field.width > kMaxWidth) {
    return wrong("width ", field.width, " is not in [1, ", kMaxWidth, "]");
  }
  with_type(field.type, [&]<class T>(T) {
    field.min = std::max(field.min, static_cast<double>(std::numeric_limits<T>::lowest()));
    field.max = std::min(field.max, greatest<T>());
  });
  if (!field.element_max.empty() && field.element_max.size() != field.width) {
    return wrong("element_max has ", field.element_max.size(), " numbers, expected ", field.width);
  }
  for (double& most : field.element_max) {
    most = std::min(most, field.max);
  }
  if (is_integer(field.type)) {
    field.min = std::ceil(field.min);
    field.max = std::floor(field.max);
  }
  if (!(field.initial >= field.min && field.initial <= field.max)) {
    return wrong("initial ", field.initial, " is not in [", field.min, ", ", field.max, "]");
  }
  if (is_integer(field.type) && field.initial != std::floor(field.initial)) {
    return wrong("initial ", field.initial, " is not a whole number");
  }
  return {};
}

}  // namespace

Result<AgentType> AgentType::checked() const {
  AgentType type = *this;
  if (type.name.empty()) {
    return invalid("an agent type without a name");
  }
  for (size_t i = 0; i < type.fields.size(); ++i) {
    DKS_TRY(check(type.name, type.fields[i]));
    for (size_t earlier = 0; earlier < i; ++earlier) {
      if (type.fields[earlier].name == type.fields[i].name) {
        return invalid(
            "field \"", type.fields[i].name, "\" of agent type \"", type.name, "\" stands twice"
        );
      }
    }
  }
  return type;
}

Table::Table(AgentType type, std::pmr::memory_resource* memory, uint64_t epoch)
    : type_(std::move(type)),
      ids_(memory),
      uids_(memory),
      columns_(memory),
      addresses_(memory),
      epoch_(epoch) {
  columns_.reserve(field_count());
  addresses_.resize(field_count());
  for (const Field& field : type_.fields) {
    columns_.emplace_back(static_cast<uint32_t>(size_of(field.type) * field.width), memory);
  }
}

std::optional<uint32_t> Table::find(std::string_view field) const {
  for (uint32_t i = 0; i < field_count(); ++i) {
    if (type_.fields[i].name == field) {
      return i;
    }
  }
  return std::nullopt;
}

std::optional<Table::Element> Table::find_element(std::string_view name) const {
  if (const auto field = find(name)) {
    return Element{*field, 0};
  }
  const size_t bracket = name.rfind('[');
  if (bracket == std::string_view::npos || !name.ends_with(']')) {
    return std::nullopt;
  }
  const auto whole = find(name.substr(0, bracket));
  const char* const end = name.data() + name.size() - 1;
  uint32_t element = 0;
  const auto [stop, failure] = std::from_chars(name.data() + bracket + 1, end, element);
  if (!whole || failure != std::errc{} || stop != end || element >= field(*whole).width) {
    return std::nullopt;
  }
  return Element{*whole, element};
}

double Table::number(uint32_t field, uint32_t row, uint32_t element) const {
  return with_type(type_.fields[field].type, [&]<class T>(T) {
    return static_cast<double>(at<T>(field, row)[element]);
  });
}

void Table::set_number(uint32_t field, uint32_t row, uint32_t element, double value) {
  with_type(type_.fields[field].type, [&]<class T>(T) {
    at<T>(field, row)[element] = static_cast<T>(value);
  });
}

void Table::reserve(uint32_t rows) {
  if (rows <= ids_.capacity()) {
    return;
  }
  const size_t grown = std::max<size_t>(rows, ids_.capacity() + ids_.capacity() / 2);
  uids_.reserve(grown);
  for (uint32_t i = 0; i < field_count(); ++i) {
    columns_[i].reserve(grown, size());
    addresses_[i] = columns_[i].row(0);
  }
  ids_.reserve(grown);  // last: its capacity is what the whole table has
  ++epoch_;
}

uint32_t Table::add(AgentId id, Uid uid) {
  reserve(size() + 1);
  const uint32_t row = size();
  ids_.push_back(id);
  uids_.push_back(uid);
  for (uint32_t i = 0; i < field_count(); ++i) {
    for (uint32_t element = 0; element < type_.fields[i].width; ++element) {
      set_number(i, row, element, type_.fields[i].initial);
    }
  }
  return row;
}

AgentId Table::remove(uint32_t row) {
  const uint32_t last = size() - 1;
  AgentId moved{};
  if (row != last) {
    moved = ids_[last];
    ids_[row] = ids_[last];
    uids_[row] = uids_[last];
    for (Column& column : columns_) {
      std::memcpy(column.row(row), column.row(last), column.stride());
    }
  }
  ids_.pop_back();
  uids_.pop_back();
  return moved;
}

void Table::copy_part(const Table& from, size_t part) {
  if (part < kRowParts) {
    reserve(from.size());
    ids_ = from.ids_;
    uids_ = from.uids_;
    return;
  }
  const size_t field = part - kRowParts;
  if (from.size() > 0) {
    const Column& column = from.columns_[field];
    std::memcpy(columns_[field].row(0), column.row(0), size_t{from.size()} * column.stride());
  }
}

void Table::hash(StateHash& hash) const {
  static_assert(sizeof(AgentId) == sizeof(uint64_t) && sizeof(Uid) == 2 * sizeof(uint64_t));
  hash.update(std::span(reinterpret_cast<const uint64_t*>(ids_.data()), ids_.size()));
  hash.update(std::span(reinterpret_cast<const uint64_t*>(uids_.data()), 2 * uids_.size()));
  for (uint32_t i = 0; i < field_count(); ++i) {
    with_type(type_.fields[i].type, [&]<class T>(T) {
      hash.update(std::span(at<T>(i, 0), size_t{size()} * type_.fields[i].width));
    });
  }
}

void Table::save(Saver& out) const {
  out.text(type_.name);
  out.number(uint64_t{field_count()});
  for (const Field& field : type_.fields) {
    out.text(field.name);
    out.number(field.type);
    out.number(field.width);
  }
  out.number(uint64_t{size()});
  out.numbers(std::span(reinterpret_cast<const uint64_t*>(ids_.data()), ids_.size()));
  out.numbers(std::span(reinterpret_cast<const uint64_t*>(uids_.data()), 2 * uids_.size()));
  for (uint32_t i = 0; i < field_count(); ++i) {
    with_type(type_.fields[i].type, [&]<class T>(T) {
      out.numbers(std::span(at<T>(i, 0), size_t{size()} * type_.fields[i].width));
    });
  }
}

void Table::load(Loader& in, uint32_t most_rows) {
  const auto expect = [&in](bool same, std::string_view what, std::string_view name) {
    if (!same) {
      in.refuse(invalid(what, " \"", name, "\" is not that of the plan's world"));
    }
  };
  expect(in.text() == type_.name, "agent type", type_.name);
  expect(in.number<uint64_t>() == field_count(), "number of fields of", type_.name);
  for (const Field& field : type_.fields) {
    expect(in.text() == field.name, "name of field", field.name);
    expect(in.number<FieldType>() == field.type, "type of field", field.name);
    expect(in.number<uint32_t>() == field.width, "width of field", field.name);
  }
  uint64_t rows = in.count(sizeof(AgentId) + sizeof(Uid));
  if (rows > most_rows) {
    in.refuse(invalid(rows, " rows for ", most_rows, " agents"));
    rows = 0;
  }
  reserve(static_cast<uint32_t>(rows));
  ids_.resize(rows);
  uids_.resize(rows);
  in.numbers(std::span(reinterpret_cast<uint64_t*>(ids_.data()), ids_.size()));
  in.numbers(std::span(reinterpret_cast<uint64_t*>(uids_.data()), 2 * uids_.size()));
  for (uint32_t i = 0; i < field_count(); ++i) {
    with_type(type_.fields[i].type, [&]<class T>(T) {
      in.numbers(std::span(at<T>(i, 0), size_t{size()} * type_.fields[i].width));
    });
  }
}

Result<> Table::check_ranges() const {
  for (uint32_t index = 0; index < field_count(); ++index) {
    const Field& field = type_.fields[index];
    if (!is_integer(field.type) && !field.settable) {
      continue;
    }
    const auto beyond = with_type(field.type, [&]<class T>(T) -> std::optional<size_t> {
      const std::span values(at<T>(index, 0), size_t{size()} * field.width);
      for (size_t i = 0; i < values.size(); ++i) {
        const auto value = static_cast<double>(values[i]);
        const auto element = static_cast<uint32_t>(i % field.width);
        if (!(value >= field.min && value <= field.max_of(element))) {
          return i;
        }
      }
      return std::nullopt;
    });
    if (beyond) {
      const auto row = static_cast<uint32_t>(*beyond / field.width);
      const auto element = static_cast<uint32_t>(*beyond % field.width);
      return invalid(
          "agent ",
          id(row).value(),
          ", field \"",
          field.name,
          "\": ",
          number(index, row, element),
          " cannot be"
      );
    }
  }
  return {};
}

}  // namespace dks
