// What dks_smoke.i leaves to the language, in Node. SPDX-License-Identifier: MIT

%{
#include <cmath>
#include <cstring>
#include <string>
%}

// ---- statuses ----
%{
static Napi::Error make_last_error(Napi::Env env, dks_status status) {
  Napi::Error error = Napi::Error::New(env, dks_last_error());
  error.Set("code", Napi::String::New(env, dks_status_name(status)));
  return error;
}
%}
%typemap(out, noblock=1) dks_status {
  if ($1 != DKS_OK) {
    throw make_last_error(env, $1);
  }
  $result = env.Undefined();
}

// ---- integers: 64 bits are taken as BigInt or as an exact number and given as BigInt; ids are numbers ----
// What SWIG has of its own takes 2^32 for 0 and 1.5 for 1.
%{
static bool to_uint64(const Napi::Value& value, uint64_t* out_number) {
  if (value.IsBigInt()) {
    bool lossless = false;
    *out_number = value.As<Napi::BigInt>().Uint64Value(&lossless);
    return lossless;
  }
  const double number = value.IsNumber() ? value.As<Napi::Number>().DoubleValue() : -1;
  const bool exact = number >= 0 && number <= 9007199254740991.0 && number == std::floor(number);
  *out_number = exact ? static_cast<uint64_t>(number) : 0;
  return exact;
}
%}
%typemap(in, noblock=1) uint64_t {
  if (!to_uint64($input, &$1)) {
    SWIG_exception_fail(SWIG_TypeError, "expected a BigInt below 2^64 or an integer below 2^53");
  }
}
%typemap(in, noblock=1) uint32_t (uint64_t number = 0) {
  if (!to_uint64($input, &number) || number > UINT32_MAX) {
    SWIG_exception_fail(SWIG_TypeError, "expected an integer below 2^32");
  }
  $1 = static_cast<uint32_t>(number);
}
%typemap(out, noblock=1) uint64_t { $result = Napi::BigInt::New(env, static_cast<uint64_t>($1)); }

// ---- results: each function has one ----
%typemap(in, numinputs=0, noblock=1) dks_model** out_model (dks_model* made = NULL) { $1 = &made; }
%typemap(argout, noblock=1) dks_model** out_model {
  $result = SWIG_NewPointerObj(*$1, $descriptor(dks_model*), SWIG_POINTER_OWN);
}
%typemap(in, numinputs=0, noblock=1) uint64_t* (uint64_t number = 0) { $1 = &number; }
%typemap(argout, noblock=1) uint64_t* { $result = Napi::BigInt::New(env, *$1); }
%typemap(in, numinputs=0, noblock=1) dks_agent_id* (dks_agent_id id = 0) { $1 = &id; }
%typemap(argout, noblock=1) dks_agent_id* {
  $result = Napi::Number::New(env, static_cast<double>(*$1)); // below 2^53
}

// ---- columns: a copy, as a typed array ----
%{
static Napi::Value copy_column(Napi::Env env, const dks_column& column) {
  struct Kind {
    napi_typedarray_type type;
    size_t size;
  };
  static const Kind kinds[] = {{},  // by DKS_TYPE_*
                               {napi_float32_array, 4}, {napi_float64_array, 8},   {napi_int32_array, 4},
                               {napi_uint32_array, 4},  {napi_biguint64_array, 8}, {napi_uint8_array, 1}};
  if (column.type == 0 || column.type >= sizeof(kinds) / sizeof(kinds[0])) {
    throw Napi::TypeError::New(env, "a column of type " + std::to_string(column.type));
  }
  const Kind& kind = kinds[column.type];
  const size_t size = column.count * column.stride;
  Napi::ArrayBuffer buffer = Napi::ArrayBuffer::New(env, size);
  if (size > 0) {
    std::memcpy(buffer.Data(), column.data, size);
  }
  napi_value copy = nullptr;
  if (napi_create_typedarray(env, kind.type, size / kind.size, buffer, 0, &copy) != napi_ok) {
    throw Napi::Error::New(env);
  }
  return Napi::Value(env, copy);
}
%}
%typemap(in, numinputs=0, noblock=1) dks_column* out_column (dks_column column) { $1 = &column; }
%typemap(argout, noblock=1) dks_column* out_column { $result = copy_column(env, *$1); }
