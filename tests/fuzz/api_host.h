// A host that calls what bytes say, with good arguments and bad ones, and watches that the library
// keeps its word (dks.h, conventions 1, 3 and 5). SPDX-License-Identifier: MIT
#pragma once

#include "dks.h"

#include "api_arrow.h"
#include "api_documents.h"
#include "api_ledger.h"
#include "bytes.h"
#include "trace.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <cstring>
#include <deque>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace dks::fuzz {

// The memory of models: all of it has to come back, and one allocation may fail.
class Heap {
 public:
  ~Heap() { expect(held_ == 0, "memory of a model is lost"); }
  void fail_after(uint64_t allocations) { left_ = allocations; }
  dks_allocator allocator() { return {alloc, dealloc, this}; }

 private:
  static void* alloc(void* user, size_t size, size_t align) {
    auto& heap = *static_cast<Heap*>(user);
    if (heap.left_ != 0 && --heap.left_ == 0) {
      return nullptr;
    }
    ++heap.held_;
    return std::aligned_alloc(align, (size + align - 1) / align * align);
  }
  static void dealloc(void* user, void* ptr, size_t /*size*/) {
    --static_cast<Heap*>(user)->held_;
    std::free(ptr);
  }
  uint64_t left_ = 0;  // until the one that fails; 0: none does
  int64_t held_ = 0;
};

// How a host looks at what it does. A watchful one takes hashes around each call; one with no time
// does steps in slices.
enum class Manner : uint8_t { kPlain, kWatchful, kInSlices };

struct Wire;
class Host;
inline dks_status step_in_slices(Host& host, dks_model* model, uint32_t count);

// Whether a model refuses to be changed. Ends what it has lent.
inline bool refuses_changes(dks_model* model) {
  return dks_model_move(model, nullptr, nullptr, nullptr, 0) == DKS_E_BUSY;
}

class Host {
 public:
  Host(std::span<const uint8_t> bytes, Manner manner)
      : in(bytes),
        in_slices_(manner == Manner::kInSlices),
        watchful_(manner == Manner::kWatchful) {}
  Host(const Host&) = delete;
  Host& operator=(const Host&) = delete;
  ~Host() {
    for (dks_model*& model : models) {
      dks_model_destroy(std::exchange(model, nullptr));
    }
    std::ranges::for_each(sets, dks_agent_set_destroy);
    dks_mind_destroy(mind);
    for (Export& each : exports_) {
      each.release();
    }
    expect(lairs == 0, "a plugin's state outlives its world");
    expect(wires.empty(), "a link outlives its model");
    expect(logs_ == 0, "a log hook outlives its model");
  }

  Heap heap;
  Bytes in;
  Bytes mischief{{}};  // what gremlins and wires do next
  Trace trace;
  std::array<dks_model*, 2> models{};
  std::array<dks_agent_set*, 2> sets{};
  dks_mind* mind = nullptr;
  std::vector<dks_agent_id> agents;  // that were born, many of them gone
  std::vector<Wire*> wires;          // that are open
  uint64_t timer = 0;
  dks_plugin_rules rules{sizeof rules, 0, 0};  // of models to come
  int64_t lairs = 0;                           // worlds that gremlins have state in
  uint32_t created = 0;                        // models that were asked for
  bool is_timed = false;                       // some rules measure time
  bool disturbed = false;                      // a callback changed a model in the call
  // Memory was short, or a model went within a step of its own: where a step is cut may show.
  bool is_special = false;

  // Of both models and their links; 0: there is none.
  std::array<uint64_t, 2> hashes() const {
    std::array<uint64_t, 2> all{};
    for (size_t i = 0; i < all.size(); ++i) {
      expect(
          models[i] == nullptr || dks_model_hash(models[i], &all[i]) == DKS_OK,
          "a model has no hash"
      );
      for (const auto& [name, taken] : ledger(models[i])) {
        Trace link;
        link.add(name);
        link.add(taken);
        all[i] += link.hash();
      }
    }
    return all;
  }

  // ---- calling: whether the call succeeded

  template <class Call>
  bool reads(Call&& function) {
    return call(function, true) == DKS_OK;
  }
  // Changes the model that model() gave last, which refuses it while a step is under way.
  template <class Call>
  bool writes(Call&& function) {
    const bool is_refused = watchful_ && target_ != nullptr && refuses_changes(target_);
    const bool is_good = posts(function);
    expect(!is_good || !is_refused || disturbed, "a step that is under way was disturbed");
    return is_good;
  }
  // At any time.
  template <class Call>
  bool posts(Call&& function) {
    const dks_status status = call(function, false);
    loans_.clear();
    return status == DKS_OK;
  }
  // Whether the last call found no memory.
  bool starved() const { return last_ == DKS_E_NOMEM; }
  // Whether it was refused, as columns are lent out.
  bool busy() const { return last_ == DKS_E_BUSY; }
  // Goes on with a step, or with links: it fails for what was done in it, or as memory runs out
  // half-way.
  template <class Call>
  bool works(Call&& function) {
    const bool was_watchful = std::exchange(watchful_, false);
    const bool is_good = posts(function);
    watchful_ = was_watchful;
    return is_good;
  }
  bool is_in_slices() const { return in_slices_; }
  void steps(dks_model* model, uint32_t count) {
    const Ledger before = watchful_ ? ledger(model) : Ledger{};
    const bool is_good = works([&] {
      return in_slices_ ? step_in_slices(*this, model, count) : dks_model_step(model, count);
    });
    is_special |= disturbed;
    if (watchful_ && is_good && count == 1 && !disturbed) {
      expect_taken(before, model);
    }
  }
  // function(buffer, capacity, out_size), in one of the ways that convention 5 has.
  template <class Function>
  void text(Function&& function, bool is_const = true) {
    const uint64_t capacity = in.chance(4) ? in.below(64) : sizeof buffer_;
    const uint8_t way = in.byte() % 16;
    uint64_t size = 0;
    buffer_[0] = kUnwritten;
    const dks_status status = call(
        [&] {
          return function(
              way == 0 ? nullptr : buffer_, way < 2 ? 0 : capacity, way == 2 ? nullptr : &size
          );
        },
        is_const
    );
    if (!is_const) {
      loans_.clear();
    }
    if (status == DKS_OK && way > 2) {
      expect(std::strlen(buffer_) == size, "a text has another size than it says");
      trace.add(std::string_view(buffer_, size));
    } else if (status == DKS_E_LIMIT) {
      expect(buffer_[0] == kUnwritten, "a text that does not fit was written");
      expect(way <= 2 || size >= capacity, "a text that would fit");
    }
  }

  // ---- results: seen now, and as they were until the loan ends

  void lend(const void* data, size_t size) {
    Trace bytes;
    bytes.add(data, size);
    loans_.push_back({data, size, bytes.hash()});
  }
  void see(const void* data, size_t size) {
    trace.add(data, size);
    lend(data, size);
  }
  void see(const char* text) { see(text, std::strlen(text) + 1); }
  void see(const dks_column& column) {
    static constexpr uint32_t kSizes[] = {0, 4, 8, 4, 4, 8, 1};
    expect(column.type >= DKS_TYPE_F32 && column.type <= DKS_TYPE_U8, "an unknown type");
    expect(column.stride >= kSizes[column.type], "a stride below the type's size");
    see(column.data, column.count * column.stride);
  }
  void see(const dks_message_view& view) {
    lend(view.items, view.count * sizeof *view.items);
    for (uint64_t i = 0; i < view.count; ++i) {
      const dks_message& message = view.items[i];
      for (const char* part : {message.from, message.to, message.kind, message.field}) {
        see(part);
      }
      see(message.text, message.text_size);
      trace.add(message.id);
      trace.add(message.to_agent);
      trace.add(&message.value, sizeof message.value);
    }
  }
  void end_loans() { loans_.clear(); }
  void check_loans() const {
    for (const Loan& loan : loans_) {
      Trace bytes;
      bytes.add(loan.data, loan.size);
      expect(bytes.hash() == loan.hash, "what is lent has changed");
    }
  }

  // ---- logs

  // Of a model that is about to be made; end_log says whether it was, and so keeps the hook.
  const dks_log_hook* log() { return &hook_; }
  void end_log(bool kept) { logs_ += kept; }

  // ---- arguments

  Export& exported() { return exports_[in.below(exports_.size())]; }

  dks_model* model() { return target_ = in.chance(64) ? nullptr : models[in.below(4) / 3]; }
  dks_agent_set* set() { return in.chance(64) ? nullptr : sets[in.below(sets.size())]; }
  const char* name(std::span<const char* const> likely) {
    const uint8_t kind = in.byte();
    return kind < 216   ? likely[kind % likely.size()]
           : kind < 240 ? in.pick(kOddNames)
           : kind < 252 ? in.text().c_str()
                        : nullptr;
  }
  const char* name_or_none(std::span<const char* const> likely) {
    return in.chance(2) ? nullptr : name(likely);
  }
  std::string_view json() {
    return in.chance(4) ? std::string_view(in.text()) : std::string_view(in.pick(kJson));
  }
  dks_agent_id agent() {
    const uint8_t kind = in.byte();
    return kind < 240 && !agents.empty() ? agents[kind % agents.size()] : in.number();
  }
  std::vector<dks_agent_id> some_agents() {
    return several<dks_agent_id>(in.below(5), [&] { return agent(); });
  }
  std::vector<double> reals(size_t count) {
    return several<double>(count, [&] { return in.real(); });
  }
  std::vector<int32_t> whole(size_t count) {
    return several<int32_t>(count, [&] { return in.byte() % 8 - 1; });
  }
  // As many as there are, or far more than anything can hold.
  uint32_t count_of(size_t count) {
    return in.chance(64) ? UINT32_MAX : static_cast<uint32_t>(count);
  }
  template <class T, class Make>
  std::vector<T> several(size_t count, Make&& make) {
    std::vector<T> all(count);
    std::ranges::generate(all, make);
    return all;
  }

  // Structs as a caller has them, perhaps one with another header, perhaps one with a broken one.
  template <class Struct>
  const Struct* struct_of(const Struct& desc) {
    return in.chance(64) ? nullptr : array_of(std::vector<Struct>{desc});
  }
  template <class Struct>
  const Struct* array_of(const std::vector<Struct>& items) {
    size_t size = sizeof(Struct);
    if (in.chance(16)) {
      size = in.chance(2) ? size + 8 * in.below(3) : in.number();
    }
    const bool fits = size % alignof(Struct) == 0 && size >= 8 && size <= kLargest;
    const size_t step = fits ? size : sizeof(Struct);
    auto& storage = structs_.emplace_back((items.size() + 1) * kLargest / sizeof(uint64_t));
    char* const bytes = reinterpret_cast<char*>(storage.data());
    for (size_t i = 0; i < items.size(); ++i) {
      std::memcpy(bytes + i * step, &items[i], std::min(step, sizeof(Struct)));
      const auto said = static_cast<uint32_t>(size);
      std::memcpy(bytes + i * step, &said, sizeof said);
    }
    if (in.chance(64)) {
      bytes[sizeof(Struct)] = 1;
    }
    return reinterpret_cast<const Struct*>(bytes);
  }
  // One that the library fills.
  template <class Struct>
  Struct* room_for() {
    return const_cast<Struct*>(struct_of(Struct{}));
  }
  void end_of_call() {
    structs_.clear();
    target_ = nullptr;
  }

 private:
  struct Loan {
    const void* data;
    size_t size;
    uint64_t hash;
  };
  static constexpr char kUnwritten = '\x7f';
  static constexpr size_t kLargest = 4096;  // structs that say more are refused unread

  template <class Call>
  dks_status call(Call&& function, bool is_const) {
    static constexpr dks_status kPossible[] = {
        DKS_E_INVALID,
        DKS_E_NOMEM,
        DKS_E_STALE,
        DKS_E_BUSY,
        DKS_E_LIMIT,
        DKS_E_NOTFOUND,
        DKS_E_VERSION,
        DKS_E_IO,
        DKS_E_USER,
        DKS_E_INTERNAL};
    const auto before = watchful_ ? hashes() : std::array<uint64_t, 2>{};
    disturbed = false;
    const dks_status status = last_ = function();
    trace.add(static_cast<uint32_t>(status));
    is_special |= status == DKS_E_NOMEM;
    if (status != DKS_OK) {
      expect(std::ranges::find(kPossible, status) != std::end(kPossible), "an impossible status");
      expect(dks_last_error()[0] != '\0', "a failure without a word");
      trace.add(std::string_view(dks_last_error()));
    }
    if (watchful_ && !disturbed && (status != DKS_OK || is_const)) {
      expect(before == hashes(), is_const ? "a [const] call changed" : "a failure changed");
    }
    return status;
  }

  static void write_log(void* user, int32_t level, const char* text) {
    const std::string_view line = text;
    expect(level >= DKS_LOG_ERROR && level <= DKS_LOG_INFO, "an unknown level of the log");
    expect(!line.empty(), "a log without a word");
    Host& host = *static_cast<Host*>(user);
    const bool tells_time = line.find(" ns in a step") != line.npos ||
                            (host.is_timed && line.starts_with("link "));  // never the same
    if (!tells_time) {
      host.trace.add(line);
    }
  }

  const bool in_slices_;
  bool watchful_;
  dks_model* target_ = nullptr;
  dks_status last_ = DKS_OK;
  int64_t logs_ = 0;  // hooks that models keep
  const dks_log_hook hook_{write_log, [](void* user) { --static_cast<Host*>(user)->logs_; }, this};
  std::array<Export, 3> exports_;
  std::vector<Loan> loans_;
  std::deque<std::vector<uint64_t>> structs_;
  char buffer_[1 << 15];
};

}  // namespace dks::fuzz
