// SPDX-License-Identifier: MIT
#include "cJSON.h"

#include <nlohmann/json.hpp>

#include <cstdlib>
#include <cstring>
#include <string>

namespace {

using Json = nlohmann::ordered_json;

char* copy_of(const std::string& text) {
  char* const copy = static_cast<char*>(std::malloc(text.size() + 1));
  std::memcpy(copy, text.c_str(), text.size() + 1);
  return copy;
}

// A name in an object; NULL: the item is in no object.
cJSON* item_of(const Json& json, const std::string* name) {
  cJSON* const item = static_cast<cJSON*>(std::calloc(1, sizeof(cJSON)));
  item->string = name == nullptr ? nullptr : copy_of(*name);
  cJSON** last = &item->child;
  const auto append = [&](const Json& child, const std::string* key) {
    *last = item_of(child, key);
    last = &(*last)->next;
  };
  if (json.is_object()) {
    item->type = cJSON_Object;
    for (const auto& [key, value] : json.items()) {
      append(value, &key);
    }
  } else if (json.is_array()) {
    item->type = cJSON_Array;
    for (const Json& value : json) {
      append(value, nullptr);
    }
  } else if (json.is_string()) {
    item->type = cJSON_String;
    item->valuestring = copy_of(json.get<std::string>());
  } else if (json.is_number()) {
    item->type = cJSON_Number;
    cJSON_SetNumberHelper(item, json.get<double>());
  } else {
    item->type = json.is_null() ? cJSON_NULL : json.get<bool>() ? cJSON_True : cJSON_False;
  }
  return item;
}

Json json_of(const cJSON* item) {
  Json json;
  switch (item->type) {
    case cJSON_Object:
      json = Json::object();
      for (const cJSON* child = item->child; child != nullptr; child = child->next) {
        json[child->string] = json_of(child);
      }
      return json;
    case cJSON_Array:
      json = Json::array();
      for (const cJSON* child = item->child; child != nullptr; child = child->next) {
        json.push_back(json_of(child));
      }
      return json;
    case cJSON_String:
      return item->valuestring;
    case cJSON_Number:
      if (item->valuedouble == item->valueint) {
        return item->valueint;  // "3", not "3.0": an integer stays one
      }
      return item->valuedouble;
    case cJSON_NULL:
      return nullptr;
    default:
      return item->type == cJSON_True;
  }
}

// Where the member is linked, or the end.
cJSON** place_of(cJSON* object, const char* name) {
  cJSON** place = &object->child;
  while (*place != nullptr && std::strcmp((*place)->string, name) != 0) {
    place = &(*place)->next;
  }
  return place;
}

}  // namespace

cJSON* cJSON_ParseWithOpts(const char* text, const char**, cJSON_bool) {
  const Json json = Json::parse(text, nullptr, false);
  return json.is_discarded() ? nullptr : item_of(json, nullptr);
}
cJSON* cJSON_Parse(const char* text) {
  return cJSON_ParseWithOpts(text, nullptr, 0);
}
char* cJSON_PrintUnformatted(const cJSON* item) {
  return copy_of(json_of(item).dump());
}

void cJSON_Delete(cJSON* item) {
  while (item != nullptr) {
    cJSON* const next = item->next;
    cJSON_Delete(item->child);
    std::free(item->string);
    std::free(item->valuestring);
    std::free(item);
    item = next;
  }
}

cJSON* cJSON_Duplicate(const cJSON* item, cJSON_bool) {
  return item_of(json_of(item), nullptr);
}

cJSON_bool cJSON_Compare(const cJSON* a, const cJSON* b, cJSON_bool) {
  // Objects without the order of their members.
  return nlohmann::json(json_of(a)) == nlohmann::json(json_of(b));
}

int cJSON_GetArraySize(const cJSON* array) {
  int count = 0;
  for (const cJSON* item = array == nullptr ? nullptr : array->child; item != nullptr;
       item = item->next) {
    ++count;
  }
  return count;
}

cJSON* cJSON_GetArrayItem(const cJSON* array, int index) {
  cJSON* item = array == nullptr ? nullptr : array->child;
  for (; item != nullptr && index > 0; --index) {
    item = item->next;
  }
  return item;
}

cJSON* cJSON_GetObjectItemCaseSensitive(const cJSON* object, const char* name) {
  return cJSON_IsObject(object) ? *place_of(const_cast<cJSON*>(object), name) : nullptr;
}
cJSON* cJSON_GetObjectItem(const cJSON* object, const char* name) {
  return cJSON_GetObjectItemCaseSensitive(object, name);
}
char* cJSON_GetStringValue(const cJSON* item) {
  return cJSON_IsType_(item, cJSON_String) ? item->valuestring : nullptr;
}

cJSON_bool cJSON_AddItemToObject(cJSON* object, const char* name, cJSON* item) {
  item->string = copy_of(name);
  *place_of(object, "\n") = item;  // which is nobody's name: the end
  return 1;
}
void cJSON_DeleteItemFromObjectCaseSensitive(cJSON* object, const char* name) {
  cJSON** const place = place_of(object, name);
  if (cJSON* const item = *place) {
    *place = item->next;
    item->next = nullptr;
    cJSON_Delete(item);
  }
}
void cJSON_DeleteItemFromObject(cJSON* object, const char* name) {
  cJSON_DeleteItemFromObjectCaseSensitive(object, name);
}
double cJSON_SetNumberHelper(cJSON* number, double value) {
  number->valuedouble = value;
  number->valueint = value >= 2147483647      ? 2147483647
                     : value <= -2147483648.0 ? -2147483647 - 1
                                              : static_cast<int>(value);
  return value;
}
