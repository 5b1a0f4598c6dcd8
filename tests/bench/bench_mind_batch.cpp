// Minds through the C interface, on one core: agents a second in batches of f32 beside f64 of the
// same run. SPDX-License-Identifier: MIT
#include "dks.h"

#include <benchmark/benchmark.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <utility>
#include <vector>

namespace {

using Clock = std::chrono::steady_clock;

// Distributions over the first axis of [rows][axes...], different from each other, as JSON.
class Tensor {
 public:
  Tensor(size_t rows, std::vector<size_t> axes) : rows_(rows), axes_(std::move(axes)) {
    text_ += '[';
    for (size_t row = 0; row < rows; ++row) {
      text_ += row == 0 ? "" : ",";
      write(row, 0, 0);
    }
    text_ += ']';
  }
  const std::string& text() const { return text_; }

 private:
  static double weight(size_t row, size_t column) {
    return 1 + static_cast<double>((7 * row + 3 * column + row * column) % 11);
  }
  void write(size_t row, size_t column, size_t axis) {
    if (axis == axes_.size()) {
      double sum = 0;
      for (size_t r = 0; r < rows_; ++r) {
        sum += weight(r, column);
      }
      char number[32];
      std::snprintf(number, sizeof number, "%.17g", weight(row, column) / sum);
      text_ += number;
      return;
    }
    text_ += '[';
    for (size_t i = 0; i < axes_[axis]; ++i) {
      text_ += i == 0 ? "" : ",";
      write(row, column * axes_[axis] + i, axis + 1);
    }
    text_ += ']';
  }

  size_t rows_;
  std::vector<size_t> axes_;
  std::string text_;
};

std::string list(const std::vector<Tensor>& tensors) {
  std::string out;
  for (const Tensor& tensor : tensors) {
    out += out.empty() ? "[" : ",";
    out += tensor.text();
  }
  return out += ']';
}

// That of bench_mind: factors of 5, 4 and 3 states, modalities of 5, 4, 3 and 3 outcomes that
// depend on all factors; six actions, three for the first factor times two for the second; 8 rounds
// of the fixed point.
std::string generic_model(size_t depth) {
  std::string out = "{\"model\": {\"A\": ";
  out += list({{5, {5, 4, 3}}, {4, {5, 4, 3}}, {3, {5, 4, 3}}, {3, {5, 4, 3}}});
  out += ", \"B\": ";
  out += list({{5, {5, 3}}, {4, {4, 2}}, {3, {3, 1}}});
  out +=
      ", \"C\": [[-1.5,-0.5,0.5,1.5,2.5],[-1.5,-0.5,0.5,1.5],[-1.5,-0.5,0.5],[-1.5,-0.5,0.5]]},"
      "\"settings\": {\"gamma\": 4, \"num_iter\": 8, \"inference_params\": {\"dF_tol\": 0}, "
      "\"policy_len\": ";
  out += std::to_string(depth);
  return out += "}}";
}

void expect(dks_status status) {
  if (status != DKS_OK) {
    std::fprintf(stderr, "bench_mind_batch: %s\n", dks_last_error());
    std::exit(1);
  }
}

// One step of every agent: predict, infer, plan.
template <class Real>
class Crowd {
 public:
  Crowd(const std::string& text, uint32_t count) : count_(count) {
    const dks_document document = {"generic", text.data(), text.size()};
    dks_mind_desc desc;
    dks_mind_desc_init(&desc);
    desc.type = sizeof(Real) == sizeof(double) ? DKS_TYPE_F64 : DKS_TYPE_F32;
    expect(dks_mind_create(&document, &desc, &mind_));
    dks_mind_info info;
    dks_mind_info_init(&info);
    expect(dks_mind_get_info(mind_, &info));
    observations_.resize(size_t{count} * info.modality_count);
    for (size_t i = 0; i < observations_.size(); ++i) {
      observations_[i] = static_cast<int32_t>((i * 7 + i / 11) % 3);
    }
    actions_.resize(size_t{count} * info.factor_count);
    beliefs_.resize(size_t{count} * info.state_count);
    marginals_.resize(size_t{count} * info.control_count);
    expect(dks_mind_infer(mind_, nullptr, observations_.data(), count, beliefs_.data(), nullptr));
  }
  ~Crowd() { dks_mind_destroy(mind_); }
  Crowd(const Crowd&) = delete;
  Crowd& operator=(const Crowd&) = delete;

  // Seconds for an agent.
  double step() {
    const auto begin = Clock::now();
    expect(dks_mind_predict(mind_, beliefs_.data(), actions_.data(), count_, beliefs_.data()));
    expect(dks_mind_infer(
        mind_, beliefs_.data(), observations_.data(), count_, beliefs_.data(), nullptr
    ));
    expect(
        dks_mind_plan(mind_, beliefs_.data(), nullptr, count_, nullptr, nullptr, marginals_.data())
    );
    benchmark::DoNotOptimize(marginals_.data());
    return std::chrono::duration<double>(Clock::now() - begin).count() / count_;
  }

 private:
  dks_mind* mind_ = nullptr;
  uint32_t count_;
  std::vector<int32_t> observations_, actions_;
  std::vector<Real> beliefs_, marginals_;
};

// The least of many steps, the two types by turns.
void batch(benchmark::State& state) {
  const std::string text = generic_model(static_cast<size_t>(state.range(0)));
  const auto agents = static_cast<uint32_t>(state.range(1));
  Crowd<float> f32(text, agents);
  Crowd<double> f64(text, agents);
  double best_f32 = 1e9;
  double best_f64 = 1e9;
  for (auto _ : state) {
    const double seconds = f32.step();
    state.SetIterationTime(seconds * agents);
    best_f32 = std::min(best_f32, seconds);
    best_f64 = std::min(best_f64, f64.step());
  }
  state.counters["f32/s"] = 1 / best_f32;
  state.counters["f64/s"] = 1 / best_f64;
  state.counters["f32_to_f64"] = best_f64 / best_f32;
}
BENCHMARK(batch)
    ->ArgNames({"depth", "agents"})
    ->ArgsProduct({{1, 2}, {1, 16, 1000}})
    ->UseManualTime()
    ->Unit(benchmark::kMicrosecond)
    ->MinTime(0.05);

}  // namespace

BENCHMARK_MAIN();
