// The part of cJSON that the tests use, where they are compiled for a machine for which no cJSON is
// installed. SPDX-License-Identifier: MIT
#pragma once

#ifdef __cplusplus
extern "C" {
#endif

enum {
  cJSON_False = 1 << 0,
  cJSON_True = 1 << 1,
  cJSON_NULL = 1 << 2,
  cJSON_Number = 1 << 3,
  cJSON_String = 1 << 4,
  cJSON_Array = 1 << 5,
  cJSON_Object = 1 << 6
};
typedef int cJSON_bool;
typedef struct cJSON {
  struct cJSON* next;
  struct cJSON* child;
  int type;
  char* valuestring;
  int valueint;
  double valuedouble;
  char* string;  // the key, of a member of an object
} cJSON;

cJSON* cJSON_Parse(const char* text);
cJSON* cJSON_ParseWithOpts(const char* text, const char** out_end, cJSON_bool whole);
char* cJSON_PrintUnformatted(const cJSON* item);
void cJSON_Delete(cJSON* item);
cJSON* cJSON_Duplicate(const cJSON* item, cJSON_bool recurse);
cJSON_bool cJSON_Compare(const cJSON* a, const cJSON* b, cJSON_bool case_sensitive);

int cJSON_GetArraySize(const cJSON* array);
cJSON* cJSON_GetArrayItem(const cJSON* array, int index);
cJSON* cJSON_GetObjectItem(const cJSON* object, const char* name);
cJSON* cJSON_GetObjectItemCaseSensitive(const cJSON* object, const char* name);
char* cJSON_GetStringValue(const cJSON* item);
cJSON_bool cJSON_AddItemToObject(cJSON* object, const char* name, cJSON* item);
void cJSON_DeleteItemFromObject(cJSON* object, const char* name);
void cJSON_DeleteItemFromObjectCaseSensitive(cJSON* object, const char* name);
double cJSON_SetNumberHelper(cJSON* number, double value);
#define cJSON_SetNumberValue(number, value) cJSON_SetNumberHelper(number, value)

#define cJSON_IsType_(item, kind) ((item) != 0 && (item)->type == (kind))
#define cJSON_IsArray(item) cJSON_IsType_(item, cJSON_Array)
#define cJSON_IsObject(item) cJSON_IsType_(item, cJSON_Object)
#define cJSON_IsNull(item) cJSON_IsType_(item, cJSON_NULL)
#define cJSON_IsTrue(item) cJSON_IsType_(item, cJSON_True)

#define cJSON_ArrayForEach(element, array) \
  for (element = (array) != 0 ? (array)->child : 0; element != 0; element = element->next)

#ifdef __cplusplus
}
#endif
