// The links of a model, in the order in which they were opened. SPDX-License-Identifier: MIT
#pragma once

#include "base/status.h"
#include "plugins/link.h"

#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

namespace dks::capi {

class Links {
 public:
  explicit Links(Model& model) : model_(model) {}

  Result<> open(std::string_view name, std::string_view address);
  Result<> close(std::string_view name);
  // An error names the nearest one.
  Result<Link*> find(std::string_view name) const;
  const Link* at(uint32_t index) const {
    return index < links_.size() ? links_[index].get() : nullptr;
  }

  // What agents sent in the step that just ended goes out. An error is the first of a link's, if
  // the host does not go on with failing plugins; all links have done their work then.
  Result<> after_step();
  Result<> poll();

 private:
  Result<> first_trouble();

  Model& model_;
  std::vector<std::unique_ptr<Link>> links_;
  std::vector<dks_message> sent_;  // of the last step
};

}  // namespace dks::capi
