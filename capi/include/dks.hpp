// dks.hpp - dks.h for C++20: owners, spans, strings and exceptions. Nothing else: every function is
// dks.h's of the same name, and what is said there (borrowing, threads, order) holds here.
// SPDX-License-Identifier: MIT
//
//  - model, agent_set, mind and arrow_table own what they hold and can be moved, not copied.
//    get() is the handle for dks.h itself; a moved-from owner has none.
//  - Member functions that are const are the [const] calls of dks.h. A span, view or const char*
//    that one of them returns is borrowed until the next call that is not const.
//  - A failed call throws dks::error. In a program without exceptions it calls std::terminate:
//    there, use get() and dks.h where a failure is to be handled.
//  - Names are NUL-terminated, so they are const char*, and nullptr is allowed where dks.h allows
//    NULL. Data is a std::string_view.
//  - model_desc() and its like return the struct of dks.h, set up.
#ifndef DKS_HPP
#define DKS_HPP

#include "dks.h"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <exception>
#include <memory>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

// NOLINTBEGIN(readability-identifier-naming): the names are those of dks.h
// The library's inside is in namespace dks, too: with a version of their own these names cannot be
// taken for its by a linker that sees both.
namespace dks {
inline namespace v0 {

// ---- errors

class error : public std::runtime_error {
 public:
  error(dks_status status, const std::string& text) : std::runtime_error(text), status_(status) {}
  dks_status status() const noexcept { return status_; }

 private:
  dks_status status_;
};

[[noreturn]] inline void raise(dks_status status, const std::string& text) {
#if defined(__cpp_exceptions)
  throw error(status, text);
#else
  static_cast<void>(status);
  static_cast<void>(text);
  std::terminate();
#endif
}

// Raises what dks_last_error() says. For calls of dks.h itself, too.
inline void check(dks_status status) {
  if (status != DKS_OK) {
    raise(status, dks_last_error());
  }
}

// An array that has to have one entry for each of `expected`.
inline void expect_size(const char* what, size_t found, size_t expected) {
  if (found != expected) {
    raise(
        DKS_E_INVALID,
        std::string(what) + ": " + std::to_string(found) + " entries, expected " +
            std::to_string(expected)
    );
  }
}

// ---- structs, set up

namespace detail {
template <class Struct>
Struct set_up(void (*init)(Struct*, uint32_t)) noexcept {
  Struct made;
  init(&made, static_cast<uint32_t>(sizeof made));
  return made;
}
}  // namespace detail

inline dks_model_desc model_desc() noexcept {
  return detail::set_up(dks_model_desc_init_sized);
}
inline dks_spawn_desc spawn_desc() noexcept {
  return detail::set_up(dks_spawn_desc_init_sized);
}
inline dks_timer_desc timer_desc() noexcept {
  return detail::set_up(dks_timer_desc_init_sized);
}
inline dks_reporter_desc reporter_desc() noexcept {
  return detail::set_up(dks_reporter_desc_init_sized);
}
inline dks_mind_desc mind_desc() noexcept {
  return detail::set_up(dks_mind_desc_init_sized);
}
inline dks_message message() noexcept {
  return detail::set_up(dks_message_init_sized);
}
inline dks_document document(const char* name, std::string_view data) noexcept {
  return {name, data.data(), data.size()};
}

// ---- what calls return

// The DKS_TYPE_* of a C++ type.
template <class T>
inline constexpr uint32_t type_of = 0;
template <>
inline constexpr uint32_t type_of<float> = DKS_TYPE_F32;
template <>
inline constexpr uint32_t type_of<double> = DKS_TYPE_F64;
template <>
inline constexpr uint32_t type_of<int32_t> = DKS_TYPE_I32;
template <>
inline constexpr uint32_t type_of<uint32_t> = DKS_TYPE_U32;
template <>
inline constexpr uint32_t type_of<uint64_t> = DKS_TYPE_U64;
template <>
inline constexpr uint32_t type_of<uint8_t> = DKS_TYPE_U8;

// All numbers of a column, row by row: `stride / sizeof(T)` for each of `count` rows.
template <class T>
std::span<const T> numbers(const char* what, const dks_column& column) {
  static_assert(type_of<T> != 0, "no column has numbers of this type");
  if (column.type != type_of<T> || column.stride % sizeof(T) != 0) {
    raise(
        DKS_E_INVALID,
        std::string(what) + ": its numbers are of DKS_TYPE_* " + std::to_string(column.type) +
            ", expected " + std::to_string(type_of<T>)
    );
  }
  const auto count = static_cast<size_t>(column.count * (column.stride / sizeof(T)));
  return {static_cast<const T*>(column.data), count};
}

// The messages of a view, whose items step by the struct_size of the library that runs. Their names
// and texts stay borrowed.
inline std::vector<dks_message> messages_of(const dks_message_view& view) {
  std::vector<dks_message> messages(static_cast<size_t>(view.count));
  const char* item = reinterpret_cast<const char*>(view.items);
  for (dks_message& message : messages) {
    const size_t size = reinterpret_cast<const dks_message*>(item)->struct_size;
    std::memcpy(&message, item, size < sizeof message ? size : sizeof message);
    message.struct_size = static_cast<uint32_t>(sizeof message);
    item += size;
  }
  return messages;
}

// The text of a message; its bytes, if it is none.
inline std::string_view text_of(const dks_message& message) {
  return {static_cast<const char*>(message.text), static_cast<size_t>(message.text_size)};
}

struct groups {
  std::vector<double> keys, values;
};

// An export in the Arrow C Data Interface. A consumer that imports from the two pointers takes what
// they hold; what nobody took goes with the owner.
class arrow_table {
 public:
  arrow_table() = default;
  arrow_table(arrow_table&& other) noexcept
      : schema_(std::exchange(other.schema_, {})), array_(std::exchange(other.array_, {})) {}
  arrow_table& operator=(arrow_table&& other) noexcept {
    std::swap(schema_, other.schema_);
    std::swap(array_, other.array_);
    return *this;
  }
  ~arrow_table() {
    if (schema_.release != nullptr) {
      schema_.release(&schema_);
    }
    if (array_.release != nullptr) {
      array_.release(&array_);
    }
  }
  ArrowSchema* schema() noexcept { return &schema_; }
  ArrowArray* array() noexcept { return &array_; }

 private:
  ArrowSchema schema_{};
  ArrowArray array_{};
};

// ---- helpers of the owners

namespace detail {

struct destroy {
  void operator()(dks_model* model) const noexcept { dks_model_destroy(model); }
  void operator()(dks_agent_set* set) const noexcept { dks_agent_set_destroy(set); }
  void operator()(dks_mind* mind) const noexcept { dks_mind_destroy(mind); }
};
template <class Handle>
using owner = std::unique_ptr<Handle, destroy>;

inline uint32_t count_of(size_t size) noexcept {  // more than there can be is refused by dks
  return size < UINT32_MAX ? static_cast<uint32_t>(size) : UINT32_MAX;
}

// What `call(arguments..., &out)` writes.
template <class Out, class Call, class... Arguments>
Out got(Call call, Arguments... arguments) {
  Out out{};
  check(call(arguments..., &out));
  return out;
}
// The same of a struct that begins with its size.
template <class Info, class Call, class... Arguments>
Info got_info(Call call, Arguments... arguments) {
  Info info{};
  info.struct_size = static_cast<uint32_t>(sizeof info);
  check(call(arguments..., &info));
  return info;
}

// The whole of a text that `call(buffer, capacity, out_size)` writes.
template <class Call>
std::string text(Call&& call) {
  std::string text(4095, '\0');
  uint64_t size = 0;
  dks_status status = call(text.data(), text.size() + 1, &size);
  if (status == DKS_E_LIMIT) {
    text.resize(static_cast<size_t>(size));
    status = call(text.data(), text.size() + 1, &size);
  }
  check(status);
  text.resize(static_cast<size_t>(size));
  return text;
}

}  // namespace detail

// ---- minds without pets

// Arrays have one row for each agent, as in dks.h; Real is float or double as the desc says.
class mind {
 public:
  explicit mind(const dks_document& document, const dks_mind_desc& desc = mind_desc()) {
    handle_.reset(detail::got<dks_mind*>(dks_mind_create, &document, &desc));
  }

  dks_mind* get() const noexcept { return handle_.get(); }

  dks_mind_info info() const { return detail::got_info<dks_mind_info>(dks_mind_get_info, get()); }
  // prior may be empty (agents that begin), and so may be outputs that are not wanted.
  template <class Real>
  void infer(
      std::span<const Real> prior,
      std::span<const int32_t> observations,
      std::span<Real> out_beliefs,
      std::span<Real> out_free_energy = {}
  ) const {
    const dks_mind_info of = info_of_type<Real>();
    const uint32_t count = rows("observations", observations.size(), of.modality_count);
    check(dks_mind_infer(
        get(),
        array("prior", prior, count, of.state_count),
        observations.data(),
        count,
        array("out_beliefs", out_beliefs, count, of.state_count),
        array("out_free_energy", out_free_energy, count, 1)
    ));
  }
  // preferences may be empty (the model's), and so may be outputs that are not wanted.
  template <class Real>
  void plan(
      std::span<const Real> beliefs,
      std::span<const Real> preferences,
      std::span<Real> out_neg_efe,
      std::span<Real> out_q_pi,
      std::span<Real> out_action_marginals
  ) const {
    const dks_mind_info of = info_of_type<Real>();
    const uint32_t count = rows("beliefs", beliefs.size(), of.state_count);
    check(dks_mind_plan(
        get(),
        beliefs.data(),
        array("preferences", preferences, count, of.outcome_count),
        count,
        array("out_neg_efe", out_neg_efe, count, of.policy_count),
        array("out_q_pi", out_q_pi, count, of.policy_count),
        array("out_action_marginals", out_action_marginals, count, of.control_count)
    ));
  }
  template <class Real>
  void predict(
      std::span<const Real> beliefs, std::span<const int32_t> actions, std::span<Real> out_prior
  ) const {
    const dks_mind_info of = info_of_type<Real>();
    const uint32_t count = rows("beliefs", beliefs.size(), of.state_count);
    expect_size("actions", actions.size(), size_t{count} * of.factor_count);
    expect_size("out_prior", out_prior.size(), beliefs.size());
    check(dks_mind_predict(get(), beliefs.data(), actions.data(), count, out_prior.data()));
  }

 private:
  template <class Real>
  dks_mind_info info_of_type() const {
    const dks_mind_info of = info();
    if (of.type != type_of<Real>) {
      raise(DKS_E_INVALID, "Real is not the type of the mind's numbers");
    }
    return of;
  }
  static uint32_t rows(const char* what, size_t size, uint32_t width) {
    expect_size(what, size, size / width * width);
    return detail::count_of(size / width);
  }
  template <class T>
  static T* array(const char* what, std::span<T> items, uint32_t count, uint32_t width) {
    if (items.empty()) {
      return nullptr;
    }
    expect_size(what, items.size(), size_t{count} * width);
    return items.data();
  }

  detail::owner<dks_mind> handle_;
};

// ---- agent sets

class agent_set {
 public:
  explicit agent_set(dks_model* model, const char* type = nullptr) {
    handle_.reset(detail::got<dks_agent_set*>(dks_agent_set_create, model, type));
  }

  dks_agent_set* get() const noexcept { return handle_.get(); }

  agent_set& select(const char* field, int32_t op, double value) {
    check(dks_agent_set_select(get(), field, op, value));
    return *this;
  }
  agent_set& take(uint64_t count) {
    check(dks_agent_set_take(get(), count));
    return *this;
  }
  agent_set& sort(const char* field, bool descending = false) {
    check(dks_agent_set_sort(get(), field, descending ? 1 : 0));
    return *this;
  }
  agent_set& shuffle(uint64_t key) {
    check(dks_agent_set_shuffle(get(), key));
    return *this;
  }
  agent_set& do_(const char* field, double factor, double offset) {
    check(dks_agent_set_do(get(), field, factor, offset));
    return *this;
  }
  double aggregate(const char* field, int32_t aggregate) const {
    return detail::got<double>(dks_agent_set_aggregate, get(), field, aggregate);
  }
  groups group(const char* by, const char* field, int32_t aggregate) const {
    groups found;
    auto count = detail::got<uint64_t>(
        dks_agent_set_group, get(), by, field, aggregate, nullptr, nullptr, uint64_t{0}
    );
    found.keys.resize(static_cast<size_t>(count));
    found.values.resize(static_cast<size_t>(count));
    check(dks_agent_set_group(
        get(), by, field, aggregate, found.keys.data(), found.values.data(), count, &count
    ));
    return found;
  }
  std::span<const dks_agent_id> ids() const {
    const dks_agent_id* items = nullptr;
    const auto count = detail::got<uint64_t>(dks_agent_set_ids, get(), &items);
    return {items, static_cast<size_t>(count)};
  }

 private:
  detail::owner<dks_agent_set> handle_;
};

// ---- plugins, of the whole process

inline void plugins_allow(const char* folder) {
  check(dks_plugins_allow(folder));
}
inline uint32_t plugins_load(const char* path, const char* sha256 = nullptr) {
  return detail::got<uint32_t>(dks_plugins_load, path, sha256);
}
inline uint32_t plugins_add(
    const dks_plugin_info* (*query)(void), dks_status (*init)(const dks_host_api*)
) {
  return detail::got<uint32_t>(dks_plugins_add, query, init);
}
inline dks_plugin_entry plugins_entry(uint32_t plugin) {
  return detail::got_info<dks_plugin_entry>(dks_plugins_get_entry, plugin);
}

// ---- models

class model {
 public:
  explicit model(const dks_model_desc& desc = model_desc()) {
    handle_.reset(detail::got<dks_model*>(dks_model_create, &desc));
  }
  explicit model(
      std::span<const dks_document> documents, const dks_model_desc& desc = model_desc()
  ) {
    const uint32_t count = detail::count_of(documents.size());
    handle_.reset(detail::got<dks_model*>(dks_model_create_world, &desc, documents.data(), count));
  }

  // What save() wrote.
  static model load(std::span<const std::byte> data, const dks_model_desc& desc = model_desc()) {
    return model(detail::got<dks_model*>(dks_model_load, &desc, data.data(), uint64_t{data.size()})
    );
  }
  std::vector<std::byte> save() const {
    std::vector<std::byte> data;
    auto size = detail::got<uint64_t>(dks_model_save, get(), nullptr, uint64_t{0});
    dks_status status = DKS_E_LIMIT;  // again, if somebody has posted meanwhile
    while (status == DKS_E_LIMIT) {
      data.resize(static_cast<size_t>(size));
      status = dks_model_save(get(), data.data(), data.size(), &size);
    }
    check(status);
    return data;
  }

  dks_model* get() const noexcept { return handle_.get(); }

  void step(uint32_t count = 1) { check(dks_model_step(get(), count)); }
  // How many steps became whole.
  uint32_t step_for(uint32_t count, std::chrono::nanoseconds budget) {
    const auto ns = static_cast<uint64_t>(budget.count() > 0 ? budget.count() : 0);
    return detail::got<uint32_t>(dks_model_step_for, get(), count, ns);
  }
  uint64_t hash() const { return detail::got<uint64_t>(dks_model_hash, get()); }
  dks_model_info info() const {
    return detail::got_info<dks_model_info>(dks_model_get_info, get());
  }
  dks_counters counters() const {
    return detail::got_info<dks_counters>(dks_model_get_counters, get());
  }
  void set_binding(void* user, void (*destroy)(void* user)) const {
    check(dks_model_set_binding(get(), user, destroy));
  }
  void* binding() const { return detail::got<void*>(dks_model_get_binding, get()); }
  std::string world_json() const {
    return detail::text([&](auto... out) { return dks_model_world_json(get(), out...); });
  }

  // agents
  std::vector<dks_agent_id> spawn(std::span<const dks_spawn_desc> items) {
    std::vector<dks_agent_id> born(items.size());
    check(dks_model_spawn(get(), items.data(), detail::count_of(items.size()), born.data()));
    return born;
  }
  dks_agent_id spawn(const dks_spawn_desc& desc = spawn_desc()) { return spawn({&desc, 1})[0]; }
  void remove(std::span<const dks_agent_id> items) {
    check(dks_model_remove(get(), items.data(), detail::count_of(items.size())));
  }
  void move(
      std::span<const dks_agent_id> items, std::span<const int32_t> x, std::span<const int32_t> y
  ) {
    expect_size("x", x.size(), items.size());
    expect_size("y", y.size(), items.size());
    const uint32_t count = detail::count_of(items.size());
    check(dks_model_move(get(), items.data(), x.data(), y.data(), count));
  }
  void set(
      std::span<const dks_agent_id> items,
      const char* field,
      std::span<const double> values,
      uint32_t element = 0
  ) {
    expect_size("values", values.size(), items.size());
    const uint32_t count = detail::count_of(items.size());
    check(dks_model_set(get(), items.data(), count, field, element, values.data()));
  }
  dks_agent_id find(const char* name) const {
    return detail::got<dks_agent_id>(dks_model_find, get(), name);
  }
  const char* agent_name(dks_agent_id agent) const {
    return detail::got<const char*>(dks_model_agent_name, get(), agent);
  }
  std::string agent_json(dks_agent_id agent) const {
    return detail::text([&](auto... out) { return dks_model_agent_json(get(), agent, out...); });
  }
  const char* type_name(uint32_t index) const {
    return detail::got<const char*>(dks_model_type_name, get(), index);
  }
  dks_column column(const char* type, const char* field) const {
    return detail::got<dks_column>(dks_model_column, get(), type, field);
  }
  template <class T>
  std::span<const T> column(const char* type, const char* field) const {
    return numbers<T>(field, column(type, field));
  }
  agent_set agents(const char* type = nullptr) { return agent_set(get(), type); }

  // environment
  double environment(const char* field) const {
    return detail::got<double>(dks_model_environment, get(), field);
  }
  void drive(const char* field, double value, uint32_t steps = 0) {
    check(dks_model_drive(get(), field, value, steps));
  }
  void release(const char* field) { check(dks_model_release(get(), field)); }
  std::string environment_json() const {
    return detail::text([&](auto... out) { return dks_model_environment_json(get(), out...); });
  }
  void set_environment_json(std::string_view json) {
    check(dks_model_set_environment_json(get(), json.data(), json.size()));
  }
  std::span<const float> layer(const char* layer) const {
    const auto column = detail::got<dks_column>(dks_model_layer, get(), layer);
    return numbers<float>(layer, column);
  }
  void set_layer(
      const char* layer,
      std::span<const int32_t> x,
      std::span<const int32_t> y,
      std::span<const double> values
  ) {
    expect_size("y", y.size(), x.size());
    expect_size("values", values.size(), x.size());
    const uint32_t count = detail::count_of(x.size());
    check(dks_model_set_layer(get(), layer, x.data(), y.data(), values.data(), count));
  }

  // timers and events
  uint64_t schedule(const dks_timer_desc& desc) {
    return detail::got<uint64_t>(dks_model_schedule, get(), &desc);
  }
  void pause_timer(uint64_t timer, bool paused) {
    check(dks_model_pause_timer(get(), timer, paused ? 1 : 0));
  }
  void cancel_timer(uint64_t timer) { check(dks_model_cancel_timer(get(), timer)); }
  std::span<const dks_event> events() const {
    const auto view = detail::got<dks_event_view>(dks_model_events, get());
    return {view.items, static_cast<size_t>(view.count)};
  }

  // messages; post may be called from any thread
  void post(std::span<const dks_message> items) {
    check(dks_model_post(get(), items.data(), detail::count_of(items.size())));
  }
  void post(const dks_message& message) { post({&message, 1}); }
  void post_json(std::string_view json, const char* name = "message") {
    check(dks_model_post_json(get(), name, json.data(), json.size()));
  }
  void check_json(std::string_view json, const char* name = "message") const {
    check(dks_model_check_json(get(), name, json.data(), json.size()));
  }
  std::vector<dks_message> messages() const {
    return messages_of(detail::got<dks_message_view>(dks_model_messages, get()));
  }
  std::vector<dks_message> queue(dks_agent_id agent) const {
    return messages_of(detail::got<dks_message_view>(dks_model_queue, get(), agent));
  }
  std::vector<dks_message> channel(const char* channel) const {
    return messages_of(detail::got<dks_message_view>(dks_model_channel, get(), channel));
  }
  std::vector<dks_message> outbox() const {
    return messages_of(detail::got<dks_message_view>(dks_model_outbox, get()));
  }

  // explain and predict
  std::string explain(dks_agent_id agent) const {
    return detail::text([&](auto... out) { return dks_model_explain(get(), agent, out...); });
  }
  // [steps][actions]
  std::vector<double> predict(dks_agent_id agent, uint32_t steps) const {
    auto count =
        detail::got<uint64_t>(dks_model_predict, get(), agent, steps, nullptr, uint64_t{0});
    std::vector<double> probabilities(static_cast<size_t>(count));
    check(dks_model_predict(get(), agent, steps, probabilities.data(), count, &count));
    return probabilities;
  }

  // data collector
  void collect(const dks_reporter_desc& desc) { check(dks_model_collect(get(), &desc)); }
  void add_row(
      const char* table, std::span<const char* const> columns, std::span<const double> values
  ) {
    expect_size("values", values.size(), columns.size());
    const uint32_t count = detail::count_of(columns.size());
    check(dks_model_add_row(get(), table, columns.data(), values.data(), count));
  }
  const char* table_name(uint32_t index) const {
    return detail::got<const char*>(dks_model_table_name, get(), index);
  }
  dks_table_info table_info(const char* table) const {
    return detail::got_info<dks_table_info>(dks_model_table_info, get(), table);
  }
  const char* table_column_name(const char* table, uint32_t index) const {
    return detail::got<const char*>(dks_model_table_column_name, get(), table, index);
  }
  // All that is unread.
  std::string read_csv(const char* table) {
    auto size = detail::got<uint64_t>(dks_model_read_csv, get(), table, nullptr, uint64_t{0});
    std::string csv(static_cast<size_t>(size), '\0');
    check(dks_model_read_csv(get(), table, csv.data(), size + 1, &size));
    return csv;
  }
  std::span<const double> table_column(const char* table, const char* column) const {
    const auto found = detail::got<dks_column>(dks_model_table_column, get(), table, column);
    return numbers<double>(column, found);
  }

  // Arrow
  arrow_table export_agents(const char* type, uint32_t flags = 0) const {
    arrow_table table;
    check(dks_model_export_agents(get(), type, flags, table.schema(), table.array()));
    return table;
  }
  arrow_table export_table(const char* name) const {
    arrow_table table;
    check(dks_model_export_table(get(), name, table.schema(), table.array()));
    return table;
  }

  void attach_mind(const char* type, const mind& mind) {
    check(dks_model_attach_mind(get(), type, mind.get()));
  }

  void add_type(const char* type) { check(dks_model_add_type(get(), type)); }
  dks_plugin_report plugin_report(const char* type) const {
    return detail::got_info<dks_plugin_report>(dks_model_get_plugin_report, get(), type);
  }

  void report_done(std::span<const dks_agent_id> items, std::span<const double> shares) {
    expect_size("shares", shares.size(), items.size());
    const uint32_t count = detail::count_of(items.size());
    check(dks_model_report_done(get(), items.data(), shares.data(), count));
  }

  // Links
  void open_link(const char* name, const char* address) {
    check(dks_model_open_link(get(), name, address));
  }
  void close_link(const char* name) { check(dks_model_close_link(get(), name)); }
  void subscribe(const char* name, const char* topic, bool on = true) {
    check(dks_model_subscribe(get(), name, topic, on ? 1 : 0));
  }
  void poll() { check(dks_model_poll(get())); }
  dks_link_report link_report(const char* name) const {
    return detail::got_info<dks_link_report>(dks_model_get_link_report, get(), name);
  }
  const char* link_name(uint32_t index) const {
    return detail::got<const char*>(dks_model_link_name, get(), index);
  }

 private:
  explicit model(dks_model* handle) noexcept { handle_.reset(handle); }

  detail::owner<dks_model> handle_;
};

}  // namespace v0
}  // namespace dks
// NOLINTEND(readability-identifier-naming)

#endif
