// Tables in the Arrow C Data Interface. SPDX-License-Identifier: MIT
//
// Each ArrowSchema and ArrowArray, children too, has a node of its own behind private_data and is
// released by it alone, since a consumer may move any of them to another place. What the buffers of
// an export lie in is shared by its nodes and goes with the last of them.
#include "model.h"

#include <array>
#include <cstring>

namespace dks::capi {
namespace {

// The children of a node. Those that were moved out have release NULL by then.
template <class Struct>
class Children {
 public:
  explicit Children(size_t count) : structs_(count), pointers_(count) {
    for (size_t i = 0; i < count; ++i) {
      pointers_[i] = &structs_[i];
    }
  }
  Children(const Children&) = delete;
  Children& operator=(const Children&) = delete;
  ~Children() {
    for (Struct& child : structs_) {
      if (child.release != nullptr) {
        child.release(&child);
      }
    }
  }

  Struct& operator[](size_t index) { return structs_[index]; }
  int64_t count() const { return static_cast<int64_t>(structs_.size()); }
  Struct** pointers() { return pointers_.empty() ? nullptr : pointers_.data(); }

 private:
  std::vector<Struct> structs_;  // never grows: consumers have pointers to them
  std::vector<Struct*> pointers_;
};

struct SchemaNode {
  SchemaNode(std::string_view format_of, std::string_view name_of, size_t child_count)
      : format(format_of), name(name_of), children(child_count) {}

  std::string format, name;
  Children<ArrowSchema> children;
};

struct ArrayNode {
  ArrayNode(std::shared_ptr<const void> memory_of, size_t child_count)
      : memory(std::move(memory_of)), children(child_count) {}

  std::shared_ptr<const void> memory;       // what the data lies in
  std::array<const void*, 2> buffers = {};  // no nulls, so no bitmap; the data
  Children<ArrowArray> children;
};

template <class Struct, class Node>
void release(Struct* released) {
  delete static_cast<Node*>(released->private_data);
  released->release = nullptr;
}

void give(std::unique_ptr<SchemaNode> node, ArrowSchema& to) noexcept {
  to = {};
  to.format = node->format.c_str();
  to.name = node->name.c_str();
  to.n_children = node->children.count();
  to.children = node->children.pointers();
  to.release = release<ArrowSchema, SchemaNode>;
  to.private_data = node.release();
}

void give(std::unique_ptr<ArrayNode> node, uint64_t rows, bool has_data, ArrowArray& to) noexcept {
  to = {};
  to.length = static_cast<int64_t>(rows);
  to.n_buffers = has_data ? 2 : 1;
  to.buffers = node->buffers.data();
  to.n_children = node->children.count();
  to.children = node->children.pointers();
  to.release = release<ArrowArray, ArrayNode>;
  to.private_data = node.release();
}

// A column to be exported: `rows` x `width` numbers, one after the other.
struct ExportedColumn {
  std::string_view name;
  FieldType type;
  uint32_t width;
  const void* data;
  std::shared_ptr<const void> memory;  // what the data lies in
};

const char* format_of(FieldType type) {
  switch (type) {
    case FieldType::kF32:
      return "f";
    case FieldType::kF64:
      return "g";
    case FieldType::kI32:
      return "i";
    case FieldType::kU32:
      return "I";
    case FieldType::kU64:
      return "L";
    case FieldType::kU8:
      break;
  }
  return "C";
}

void export_schema(const ExportedColumn& column, ArrowSchema& to) {
  const char* const format = format_of(column.type);
  if (column.width == 1) {
    give(std::make_unique<SchemaNode>(format, column.name, 0), to);
    return;
  }
  auto list = std::make_unique<SchemaNode>(text("+w:", column.width), column.name, 1);
  give(std::make_unique<SchemaNode>(format, "item", 0), list->children[0]);
  give(std::move(list), to);
}

void export_array(const ExportedColumn& column, uint64_t rows, ArrowArray& to) {
  auto numbers = std::make_unique<ArrayNode>(column.memory, 0);
  numbers->buffers[1] = column.data;
  if (column.width == 1) {
    give(std::move(numbers), rows, true, to);
    return;
  }
  auto list = std::make_unique<ArrayNode>(nullptr, 1);
  give(std::move(numbers), rows * column.width, true, list->children[0]);
  give(std::move(list), rows, false, to);
}

// The struct array of them. Nothing is given unless both can be.
void export_columns(
    std::string_view name,
    std::span<const ExportedColumn> columns,
    uint64_t rows,
    ArrowSchema& out_schema,
    ArrowArray& out_array
) {
  auto schema = std::make_unique<SchemaNode>("+s", name, columns.size());
  auto array = std::make_unique<ArrayNode>(nullptr, columns.size());
  for (size_t i = 0; i < columns.size(); ++i) {
    export_schema(columns[i], schema->children[i]);
    export_array(columns[i], rows, array->children[i]);
  }
  give(std::move(schema), out_schema);
  give(std::move(array), rows, false, out_array);
}

// Keeps the model alive, and its columns where they are.
class Loan {
 public:
  Loan(std::shared_ptr<const Model> model, uint32_t type)
      : model_(std::move(model)), all_(model_->lent.of_all()), held_(model_->lent.of(type)) {
    all_.fetch_add(1, std::memory_order_relaxed);
    held_.fetch_add(1, std::memory_order_relaxed);
  }
  Loan(const Loan&) = delete;
  Loan& operator=(const Loan&) = delete;
  // What the consumer read comes before what the model's thread writes when it sees the count.
  ~Loan() {
    held_.fetch_sub(1, std::memory_order_release);
    all_.fetch_sub(1, std::memory_order_release);
  }

 private:
  std::shared_ptr<const Model> model_;
  std::atomic<uint32_t>& all_;
  std::atomic<uint32_t>& held_;  // of the type
};

ExportedColumn copy_of(const ExportedColumn& column, uint64_t rows) {
  const size_t size = rows * column.width * size_of(column.type);
  const auto bytes = std::make_shared<std::vector<std::byte>>(size);
  if (size > 0) {
    std::memcpy(bytes->data(), column.data, size);
  }
  return {column.name, column.type, column.width, bytes->data(), bytes};
}

ExportedColumn cells_of(const World& world, const Table& table) {
  const auto cells = std::make_shared<std::vector<uint32_t>>();
  cells->reserve(table.size());
  for (const AgentId id : table.ids()) {
    cells->push_back(world.cell_of(id));
  }
  return {"cell", FieldType::kU32, 1, cells->data(), cells};
}

void export_agents(
    const std::shared_ptr<const Model>& model,
    uint32_t type,
    bool copy,
    ArrowSchema& out_schema,
    ArrowArray& out_array
) {
  const Table& table = model->world().table(type);
  const uint64_t rows = table.size();
  const auto loan = copy ? nullptr : std::make_shared<const Loan>(model, type);
  std::vector<ExportedColumn> columns;
  const auto add = [&](const ExportedColumn& lent) {
    columns.push_back(copy ? copy_of(lent, rows) : lent);
  };
  add({"id", FieldType::kU64, 1, table.ids().data(), loan});
  columns.push_back(cells_of(model->world(), table));
  for (uint32_t field = 0; field < table.field_count(); ++field) {
    const Field& of = table.field(field);
    add({of.name, of.type, of.width, table.data(field), loan});
  }
  export_columns(table.type().name, columns, rows, out_schema, out_array);
}

void export_table(const CollectedTable& table, ArrowSchema& out_schema, ArrowArray& out_array) {
  std::vector<ExportedColumn> columns;
  for (uint32_t column = 0; column < table.columns().size(); ++column) {
    const auto values = std::make_shared<std::vector<double>>();
    values->reserve(table.size());
    for (uint64_t row = 0; row < table.size(); ++row) {
      values->push_back(table.at(row, column));
    }
    columns.push_back({table.columns()[column], FieldType::kF64, 1, values->data(), values});
  }
  export_columns(table.name(), columns, table.size(), out_schema, out_array);
}

// Whoever looks at the structs after a failed call finds nothing to release.
void mark_empty(ArrowSchema* schema, ArrowArray* array) noexcept {
  if (schema != nullptr) {
    schema->release = nullptr;
  }
  if (array != nullptr) {
    array->release = nullptr;
  }
}

}  // namespace
}  // namespace dks::capi

using namespace dks;        // NOLINT(google-build-using-namespace)
using namespace dks::capi;  // NOLINT(google-build-using-namespace)

extern "C" {

dks_status dks_model_export_agents(
    const dks_model* model,
    const char* type,
    uint32_t flags,
    ArrowSchema* out_schema,
    ArrowArray* out_array
) noexcept {
  mark_empty(out_schema, out_array);
  return enter(model, [&](const Model& inside) {
    if (const char* const null =
            first_null({{"type", type}, {"out_schema", out_schema}, {"out_array", out_array}})) {
      return missing(null);
    }
    if ((flags & ~uint32_t{DKS_EXPORT_COPY}) != 0) {
      return fail(invalid("flags: ", flags, " has unknown bits, expected 0 or DKS_EXPORT_COPY"));
    }
    const auto index = find_type(inside, type);
    if (!index) {
      return fail(index.error());
    }
    export_agents(model->shared, *index, (flags & DKS_EXPORT_COPY) != 0, *out_schema, *out_array);
    return static_cast<dks_status>(DKS_OK);
  });
}

dks_status dks_model_export_table(
    const dks_model* model, const char* table, ArrowSchema* out_schema, ArrowArray* out_array
) noexcept {
  mark_empty(out_schema, out_array);
  return enter(model, [&](const Model& inside) {
    if (const char* const null =
            first_null({{"table", table}, {"out_schema", out_schema}, {"out_array", out_array}})) {
      return missing(null);
    }
    const auto found = find_table(inside, table);
    if (!found) {
      return fail(found.error());
    }
    export_table(inside.loaded.collector->tables()[*found], *out_schema, *out_array);
    return static_cast<dks_status>(DKS_OK);
  });
}

}  // extern "C"
