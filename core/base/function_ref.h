// A borrowed callable: two pointers, no allocation.
// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <type_traits>
#include <utility>

namespace dks {

template <class Signature>
class FunctionRef;

template <class Fn, class Ref, class R, class... Args>
concept ReferableAs =
    !std::is_same_v<std::remove_cvref_t<Fn>, Ref> &&
    std::is_object_v<std::remove_reference_t<Fn>> && std::is_invocable_r_v<R, Fn&, Args...>;

// Lives no longer than the callable it was made from: take it as a parameter, do not keep it.
template <class R, class... Args>
class FunctionRef<R(Args...)> {
 public:
  template <ReferableAs<FunctionRef, R, Args...> Fn>
  // NOLINTNEXTLINE(google-explicit-constructor,bugprone-forwarding-reference-overload)
  FunctionRef(Fn&& fn) noexcept
      : object_(const_cast<void*>(static_cast<const void*>(std::addressof(fn)))),
        call_([](void* object, Args... args) -> R {
          return (*static_cast<std::add_pointer_t<Fn>>(object))(std::forward<Args>(args)...);
        }) {}

  R operator()(Args... args) const { return call_(object_, std::forward<Args>(args)...); }

 private:
  void* object_;
  R (*call_)(void*, Args...);
};

}  // namespace dks
