// SPDX-License-Identifier: MIT
#include "tensor_json.h"

namespace dks::capi {
namespace {

constexpr double kRounding = 1e-6;

class TensorReader {
 public:
  TensorReader(const TensorShape& shape, const NumberRange& range) : shape_(shape), range_(range) {}

  void read(const JsonField& field) {
    if (index_.size() == shape_.axes.size()) {
      read_number(field);
      return;
    }
    const TensorAxis& axis = shape_.axes[index_.size()];
    if (!field.is(JsonKind::kArray) || field.json()->size() != axis.size) {
      items_of(field, place(), axis.size, axis.things);
      return;
    }
    index_.push_back(0);
    for (const JsonField item : field.items()) {
      read(item);
      ++index_.back();
    }
    index_.pop_back();
  }

  std::vector<double> take() { return std::move(values_); }

 private:
  void read_number(const JsonField& field) {
    const Json& json = *field.json();
    if (!json.is_number()) {
      return field.refuse(place(), " is ", described(json), ", expected a number");
    }
    const double value = json.as_number();
    if (!(value >= range_.low && value <= range_.high + kRounding)) {
      return field.refuse(place(), " is ", value, ", expected ", range_.low, " to ", range_.high);
    }
    values_.push_back(value);
  }

  std::string place() const {
    std::string place = shape_.name;
    for (const size_t i : index_) {
      place += text('[', i, ']');
    }
    return place;
  }

  const TensorShape& shape_;
  const NumberRange& range_;
  std::vector<size_t> index_;
  std::vector<double> values_;
};

}  // namespace

std::vector<double> read_tensor(
    const JsonField& field, const TensorShape& shape, const NumberRange& range
) {
  TensorReader reader(shape, range);
  reader.read(field);
  return reader.take();
}

JsonItems items_of(
    const JsonField& field, std::string_view name, size_t count, std::string_view things
) {
  if (field.present() && !field.is(JsonKind::kArray)) {
    field.refuse(
        name, " is ", described(*field.json()), ", expected an array with ", count, ' ', things
    );
  } else if (field.present() && field.json()->size() != count) {
    field.refuse(name, " has ", field.json()->size(), " entries, expected ", count, ": ", things);
  }
  return field.items();
}

}  // namespace dks::capi
