// What dks_smoke.i leaves to the language, in Python. SPDX-License-Identifier: MIT

// ---- threads: a step lets go of Python's lock ----
%nothread;
%thread dks_model::step;

// ---- statuses ----
%{
static PyObject* dks_error;

static void raise_last_error(dks_status status) {
  PyObject* error = PyObject_CallFunction(dks_error, "s", dks_last_error());
  PyObject* name = PyUnicode_FromString(dks_status_name(status));
  if (error != NULL && name != NULL && PyObject_SetAttrString(error, "code", name) == 0) {
    PyErr_SetObject(dks_error, error);
  }
  Py_XDECREF(name);
  Py_XDECREF(error);
}
%}
%init %{
  dks_error = PyErr_NewException("dks_smoke.Error", PyExc_RuntimeError, NULL);
  PyModule_AddObjectRef(m, "Error", dks_error); // when it fails, Python sees the exception
%}
%pythoncode %{
Error = _dks_smoke.Error
%}
%typemap(out, noblock=1) dks_status {
  if ($1 != DKS_OK) {
    raise_last_error($1);
    SWIG_fail;
  }
  $result = SWIG_Py_Void();
}

// ---- results: each function has one ----
%typemap(in, numinputs=0, noblock=1) dks_model** out_model (dks_model* made = NULL) { $1 = &made; }
%typemap(argout, noblock=1) dks_model** out_model {
  Py_XDECREF($result);
  $result = SWIG_NewPointerObj(*$1, $descriptor(dks_model*), SWIG_POINTER_OWN);
}
%typemap(in, numinputs=0, noblock=1) uint64_t* (uint64_t number = 0) { $1 = &number; }
%typemap(argout, noblock=1) uint64_t* {
  Py_XDECREF($result);
  $result = PyLong_FromUnsignedLongLong(*$1);
}
%apply uint64_t* { dks_agent_id* };

// ---- columns: a copy, as array.array ----
%{
static PyObject* copy_column(const dks_column* column) {
  static const char* const codes[] = {"", "f", "d", "i", "I", "Q", "B"}; // by DKS_TYPE_*
  PyObject* module;
  PyObject* copy = NULL;
  if (column->type == 0 || column->type >= sizeof(codes) / sizeof(codes[0])) {
    return PyErr_Format(PyExc_TypeError, "a column of type %u", (unsigned)column->type);
  }
  module = PyImport_ImportModule("array");
  if (module != NULL) {
    copy = PyObject_CallMethod(
        module, "array", "sy#", codes[column->type], column->data == NULL ? "" : (const char*)column->data,
        (Py_ssize_t)(column->count * column->stride)
    );
  }
  Py_XDECREF(module);
  return copy;
}
%}
%typemap(in, numinputs=0, noblock=1) dks_column* out_column (dks_column column) { $1 = &column; }
%typemap(argout, noblock=1) dks_column* out_column {
  Py_XDECREF($result);
  $result = copy_column($1);
}
