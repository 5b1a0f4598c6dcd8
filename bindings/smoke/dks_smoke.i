// A model, its pets and a column in any language of SWIG: proof that dks.h has the shape that bindings need.
// SPDX-License-Identifier: MIT
//
// The whole header is read, and of it is shown what stands below. Methods without a body are functions of dks.h:
// dks_model::step is dks_model_step. What depends on the language stands in its own file: statuses become exceptions,
// `out_*` parameters results, 64-bit integers whatever holds them.
%module(threads="1") dks_smoke

%{
#include "dks.h"
%}

// ---- what is shown ----
%warnfilter(314) dks_message::from; // a keyword in Python; not shown
%warnfilter(321) dks_model::hash;   // a function of Python's; as a method it hides nothing
%rename("$ignore", regextarget=1) "^(dks_|DKS_|ARROW_|Arrow)";
%rename(ModelDesc) dks_model_desc;
%rename(Model) dks_model;
%rename("$ignore") dks_model_desc::struct_size;
%rename("$ignore") dks_model_desc::allocator;
%rename("$ignore") dks_model_desc::mind; // a setter could not say how long its text lives
%rename("$ignore") dks_model_desc::log;
%rename("$ignore") dks_model_desc::plugins;

%include <stdint.i>
#if defined(SWIGPYTHON)
%include "python.i"
#elif defined(SWIGJAVASCRIPT)
%include "node.i"
#endif
%include "dks.h"

// ---- as classes ----
%extend dks_model_desc {
  dks_model_desc() {
    dks_model_desc* desc = (dks_model_desc*)malloc(sizeof(dks_model_desc));
    if (desc != NULL) {
      dks_model_desc_init(desc);
    }
    return desc;
  }
  ~dks_model_desc() { free($self); }
}

%nodefaultctor dks_model;
struct dks_model {};
%extend dks_model {
  ~dks_model() { dks_model_destroy($self); }
  static dks_status create(const dks_model_desc* desc, dks_model** out_model);
  dks_status step(uint32_t count);
  dks_status hash(uint64_t* out_hash) const;
  dks_status find(const char* name, dks_agent_id* out_agent) const;
  dks_status column(const char* type, const char* field, dks_column* out_column) const;
  // A body needs another name than dks_model_spawn has.
  %rename(spawn) spawn_named;
  dks_status spawn_named(const char* name, dks_agent_id* out_agent) {
    dks_spawn_desc desc;
    dks_spawn_desc_init(&desc);
    desc.name = name;
    return dks_model_spawn($self, &desc, 1, out_agent);
  }

  // Afterwards the object holds no model, and what is called on it fails as on NULL.
  %typemap(in, noblock=1) dks_model* self, struct dks_model* self (void* pointer = NULL, int res = 0) {
    res = SWIG_ConvertPtr($input, &pointer, $descriptor(dks_model*), SWIG_POINTER_CLEAR);
    if (!SWIG_IsOK(res)) {
      SWIG_exception_fail(SWIG_ArgError(res), "expected a Model");
    }
    $1 = (dks_model*)pointer;
  }
  void destroy();
  %clear dks_model* self, struct dks_model* self;
}
