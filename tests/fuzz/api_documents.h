// What fuzz_api hands to the library: worlds small enough for thousands of lives a second, and the
// names that stand in them. SPDX-License-Identifier: MIT
#pragma once

#include "dks.h"

namespace dks::fuzz {

inline constexpr char kHut[] = R"json({
  "max_agents": 6, "grid": {"width": 2, "height": 2}, "types": {"window": {"fields": {"open": {}}}}})json";

inline constexpr char kRooms[] = R"json({
  "name": "rooms", "max_agents": 12, "grid": {"width": 3, "height": 2},
  "layers": {"food": {"growth": 0.1, "diffusion": 0.2, "initial": 0.5}},
  "environment": {"steps_per_day": 4, "fields": {"co2": {"min": -2, "max": 7, "value": 1}}},
  "types": {
    "window": {"fields": {"open": {"type": "u8", "max": 1}, "size": {"type": "f64", "min": -9}}},
    "door": {"fields": {"count": {"type": "i32", "min": -5, "max": 5}}},
    "thermostat": {"fields": {"open": {}}, "mind": "mind.json"}},
  "collect": [{"table": "t", "type": "window", "field": "open", "window": 3}]})json";

inline constexpr char kGarden[] = R"json({
  "name": "garden", "max_agents": 9, "grid": {"width": 4, "height": 3, "capacity": 2, "torus": false},
  "layers": {
    "place": {"categories": ["wild", "nest"], "areas": [{"value": "nest", "x": 0, "y": 0, "width": 2, "height": 1}]},
    "food": {"growth": 0.05, "areas": [{"where": {"place": "wild"}, "value": 1}]}},
  "environment": {"steps_per_day": 3}, "species": ["moth.json"],
  "pets": [{"species": "moth", "name": "Momo"}, {"species": "moth", "name": "Suki"}],
  "collect": [{"table": "t", "field": "energy", "aggregate": "mean", "window": 4}]})json";

inline constexpr char kHall[] = R"json({
  "name": "hall", "max_agents": 5, "grid": {"width": 2, "height": 2, "neighbourhood": "von_neumann"},
  "activation": {"kind": "SimultaneousActivation"}, "layers": {"food": {}, "place": {"categories": ["nest"]}},
  "personality_prior": {"mean": [0.5, 0.4, 0.5, 0.5, 0.6], "deviation": [0.1, 0.1, 0.1, 0.1, 0.1],
    "correlation": [[1, 0.2, 0, 0, 0], [0.2, 1, 0, 0, 0], [0, 0, 1, 0, 0], [0, 0, 0, 1, 0], [0, 0, 0, 0, 1]]},
  "species": ["moth.json"], "types": {"window": {"fields": {"open": {}}}}})json";

inline constexpr char kLair[] = R"json({
  "name": "lair", "max_agents": 8, "grid": {"width": 3, "height": 2, "capacity": 2},
  "layers": {"food": {"initial": 0.5}}, "environment": {"fields": {"co2": {"value": 1}}},
  "types": {"gremlin": {"plugin": "gremlins"}, "window": {"fields": {"open": {}}}},
  "agents": [{"type": "gremlin", "count": 2}]})json";

inline constexpr char kTown[] = R"json({
  "name": "town", "max_agents": 7, "grid": {"width": 2, "height": 2}, "layers": {"food": {"initial": 0.5}},
  "types": {"crier": {"plugin": "faults"}, "gremlin": {"plugin": "gremlins"}, "imp": {"plugin": "imps"}},
  "agents": [{"type": "crier"}, {"type": "crier", "name": "Momo"}, {"type": "gremlin"}, {"type": "imp"}]})json";

inline constexpr char kYard[] = R"json({
  "name": "yard", "max_agents": 8, "grid": {"width": 4, "height": 3, "capacity": 2},
  "layers": {"food": {"growth": 0.05, "initial": 0.5}, "place": {"categories": ["wild", "nest"]}},
  "activation": {"waves": 2}, "species": ["moth.json", "golem.json"],
  "types": {"puppet": {"plugin": "puppets"}, "sprite": {"plugin": "imps"}},
  "pets": [{"species": "golem", "name": "Momo"}, {"species": "golem", "name": "Suki"}, {"species": "moth"}],
  "agents": [{"type": "puppet"}, {"type": "sprite"}]})json";

// One need, two factors, four actions.
inline constexpr char kMoth[] = R"json({
  "name": "moth", "speed": 1, "sight": 3, "reach": 1, "withdraw_after": 4, "recovers_at": 0.4,
  "needs": {"energy": {"initial": 0.5, "loss": 0.1, "levels": [0.5], "vital": true}},
  "factors": {"energy": {"levels": ["low", "high"]}, "company": {"levels": ["none", "some"]}},
  "drift": [{"factor": "energy", "shift": {"-1": 0.1}}],
  "modalities": {
    "energy": {"of": ["energy"], "sense": {"need": "energy"}, "outcomes": {"low": -2, "high": 1}},
    "company": {"of": ["company"],
      "sense": {"company": {"alone": "alone", "friendly": "friend", "hostile": "friend"}},
      "outcomes": {"alone": 0, "friend": 0.5, "fed": 1},
      "likelihood": [{"when": {"company": "none"}, "p": {"alone": 0.9, "friend": 0.1}},
                     {"when": {"company": "some"}, "p": {"alone": 0.1, "friend": 0.6, "fed": 0.3}}]}},
  "actions": {
    "eat": {"expects": [{"factor": "energy", "shift": {"1": 0.5}}],
            "does": [{"verb": "climb", "layer": "food"},
                     {"verb": "consume", "layer": "food", "need": "energy", "amount": 0.2}]},
    "meet": {"expects": [{"factor": "company", "to": {"some": 0.5}}],
             "does": [{"verb": "approach"}, {"verb": "contact", "need": "energy", "amount": 0.1}]},
    "rest": {"does": [{"verb": "go", "to": {"place": "nest"}},
                      {"verb": "restore", "need": "energy", "amount": 0.1, "at": {"place": "nest"}}]},
    "call": {"does": [{"verb": "call", "amount": 0.1}]}},
  "care": {"feed": {"outcome": "fed", "needs": {"energy": 0.3}}},
  "mind": {"depth": 1}})json";

// A moth whose body the host moves.
inline constexpr char kGolem[] = R"json({
  "name": "golem", "body": "host", "speed": 2, "sight": 3, "reach": 1, "withdraw_after": 4, "recovers_at": 0.4,
  "needs": {"energy": {"initial": 0.5, "loss": 0.1, "levels": [0.5], "vital": true}},
  "factors": {"energy": {"levels": ["low", "high"]}, "company": {"levels": ["none", "some"]}},
  "drift": [{"factor": "energy", "shift": {"-1": 0.1}}],
  "modalities": {
    "energy": {"of": ["energy"], "sense": {"need": "energy"}, "outcomes": {"low": -2, "high": 1}},
    "company": {"of": ["company"],
      "sense": {"company": {"alone": "alone", "friendly": "friend", "hostile": "friend"}},
      "outcomes": {"alone": 0, "friend": 1}}},
  "actions": {
    "eat": {"expects": [{"factor": "energy", "shift": {"1": 0.5}}],
            "does": [{"verb": "climb", "layer": "food"},
                     {"verb": "consume", "layer": "food", "need": "energy", "amount": 0.2}]},
    "meet": {"expects": [{"factor": "company", "to": {"some": 0.5}}],
             "does": [{"verb": "approach"}, {"verb": "contact", "need": "energy", "amount": 0.1}]},
    "rest": {"does": [{"verb": "go", "to": {"place": "nest"}},
                      {"verb": "restore", "need": "energy", "amount": 0.1, "at": {"place": "nest"}}]},
    "call": {"does": [{"verb": "call", "amount": 0.1}]}},
  "mind": {"depth": 1}})json";

inline constexpr char kMind[] = R"json({
  "name": "thermostat", "model": {"factors": ["room"], "actions": {"room": ["off", "on"]},
  "A": [[[0.9, 0.1], [0.1, 0.9]]],
  "B": [[[[0.9, 0.1], [0.6, 0.05]], [[0.1, 0.9], [0.4, 0.95]]]], "C": [[0, 3]]}})json";
inline constexpr char kWideMind[] = R"json({
  "model": {"A": [[[0.8, 0.1, 0.1], [0.1, 0.1, 0.8], [0.1, 0.8, 0.1]], [[1, 0, 1], [0, 1, 0]]],
  "B": [[[[1, 0], [0, 1], [0, 0]], [[0, 1], [1, 0], [0, 0]], [[0, 0], [0, 0], [1, 1]]]]},
  "settings": {"policy_len": 2, "gamma": 2}})json";

inline constexpr const char* kDocuments[] = {
    kRooms, kGarden, kHall, kMoth, kMind, kWideMind, "{}", "[]", ""};
// Worlds, and how many of world.json, moth.json, mind.json and golem.json each needs.
struct World {
  const char* text;
  uint32_t documents;
};
inline constexpr World kWorlds[] = {
    {kHut, 1},
    {kGarden, 2},
    {kRooms, 3},
    {kHut, 1},
    {kHall, 2},
    {kHut, 1},
    {kRooms, 3},
    {kGarden, 2},
    {kLair, 1},
    {kLair, 1},
    {kTown, 1},
    {kYard, 4},
    {kTown, 1},
    {kYard, 4}};

inline constexpr const char* kTypes[] = {
    "window",
    "moth",
    "door",
    "thermostat",
    "gremlin",
    "calm",
    "golem",
    "puppet",
    "crier",
    "imp",
    "sprite"};
inline constexpr const char* kFields[] = {
    "open",     "energy",        "size",           "count",       "id",
    "cell",     "belief",        "belief[1]",      "observation", "action",
    "choice",   "personality",   "personality[4]", "mood",        "joy",
    "trail[1]", "neighbours[1]", "intent",         "intent_cell", "intent_partner"};
inline constexpr const char* kPets[] = {"Momo", "Suki", "a", "b"};
inline constexpr const char* kRecipients[] = {"Momo", "*", "#garden", "world", "Suki", "#news"};
inline constexpr const char* kKinds[] = {"feed", "talk", "sense", "call"};
inline constexpr const char* kLinks[] = {"wire", "ear"};
inline constexpr const char* kAddresses[] = {
    "faulty:room", "wire:a", "faulty:room", "wire:", "faulty:", "exchange:room", "wire"};
inline constexpr const char* kLayers[] = {"food", "place"};
inline constexpr const char* kReadings[] = {"co2", "light", "temperature", "weather", "hour"};
inline constexpr const char* kReported[] = {"open", "energy", "env:co2", "env:light", "action"};
inline constexpr const char* kTables[] = {"t", "own", "more"};
inline constexpr const char* kColumns[] = {"step", "open", "energy", "a", "b", "agent"};
inline constexpr const char* kOddNames[] = {
    "Momo", "window", "open", "personality[5]", "belief[", "env:", "#", "", "\xff", "a\nb"};

inline constexpr const char* kJson[] = {
    "{}",
    "[]",
    "{",
    "{\"needs\": {\"energy\": 0.25}}",
    "{\"needs\": {\"energy\": 2}}",
    "{\"personality\": {\"openness\": 1}}",
    "{\"kind\": \"feed\", \"to\": \"Momo\"}",
    "{\"kind\": \"talk\", \"to\": \"#garden\", \"from\": \"ana\", \"text\": \"hi\", \"value\": "
    "0.5}",
    "{\"kind\": \"sense\", \"field\": \"co2\", \"value\": 3, \"steps\": 2}",
    "{\"kind\": \"feed\", \"to\": \"*\", \"step\": 3, \"id\": 7, \"class\": \"state\"}",
    "{\"fields\": {\"light\": {\"value\": 0.25, \"driven\": true, \"until\": 4}}}",
    "{\"fields\": {\"co2\": {\"value\": -2}}, \"temperature_drift\": 1e6}",
    "{\"layers\": {\"food\": [0, 1, 0.5, 0.25, 0, 1]}}",
    "{\"last_timer\": 9, \"timers\": [{\"id\": 9, \"name\": \"bell\", \"next\": 3, \"every\": "
    "2}]}"};

}  // namespace dks::fuzz
