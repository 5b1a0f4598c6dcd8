// The built-in species "pet", as the JSON document that any other species may extend.
// SPDX-License-Identifier: MIT
#include "builtin_species.h"

namespace dks::capi {

std::string_view builtin_species() {
  return R"json({
  "name": "pet",
  "speed": 2, "sight": 5, "reach": 1,
  "withdraw_after": 96, "recovers_at": 0.4,
  "ties": {"gain": 0.2, "half_life": 240},
  "needs": {
    "energy": {"initial": 0.7, "loss": 0.02, "levels": [0.2, 0.4, 0.6, 0.8], "vital": true},
    "rest":   {"initial": 0.7, "loss": 0.016, "withdrawn_loss": -0.02, "levels": [0.25, 0.5, 0.75], "vital": true},
    "social": {"initial": 0.6, "loss": 0.012, "levels": [0.25, 0.5, 0.75]}
  },
  "factors": {
    "energy":  {"levels": ["starving", "hungry", "fair", "fed", "full"]},
    "rest":    {"levels": ["exhausted", "tired", "rested", "fresh"]},
    "social":  {"levels": ["lonely", "wanting", "content", "full"]},
    "place":   {"levels": ["nest", "feeder", "playground", "wild"]},
    "company": {"levels": ["none", "friendly", "hostile", "user"]},
    "context": {"levels": ["safe", "threat"], "initial": [0.9, 0.1], "shared": true}
  },
  "drift": [
    {"factor": "energy", "shift": {"-1": 0.1}},
    {"factor": "rest", "shift": {"-1": 0.065}},
    {"factor": "social", "shift": {"-1": 0.05}},
    {"factor": "social", "when": {"company": "user"}, "shift": {"1": 0.5}},
    {"factor": "company", "when": {"company": "none"}, "to": {"friendly": 0.08, "hostile": 0.01, "user": 0.02}},
    {"factor": "company", "when": {"company": "friendly"}, "to": {"none": 0.25, "hostile": 0.02, "user": 0.02}},
    {"factor": "company", "when": {"company": "hostile"}, "to": {"none": 0.4, "friendly": 0.1}},
    {"factor": "company", "when": {"company": "user"}, "to": {"none": 0.6, "friendly": 0.1}},
    {"factor": "context", "when": {"context": "safe"}, "to": {"threat": 0.03}},
    {"factor": "context", "when": {"context": "threat"}, "to": {"safe": 0.1}}
  ],
  "modalities": {
    "energy": {"of": ["energy"], "sense": {"need": "energy"},
      "outcomes": {"starving": -6, "hungry": -2, "fair": 1, "fed": 2, "full": 1.5}},
    "rest": {"of": ["rest"], "sense": {"need": "rest"},
      "outcomes": {"exhausted": -5, "tired": -1, "rested": 0.5, "fresh": 1}},
    "social": {"of": ["social"], "sense": {"need": "social"},
      "outcomes": {"lonely": -3, "wanting": -0.5, "content": 1, "full": 0.5}},
    "place": {"of": ["place"], "sense": {"layer": "place"},
      "outcomes": {"nest": 0, "feeder": 0, "playground": 0.1, "wild": 0}},
    "company": {"of": ["company"],
      "sense": {"company": {"alone": "alone", "friendly": "friendly", "hostile": "hostile"}},
      "outcomes": {"alone": 0, "friendly": 0.5, "hostile": -1.5, "talk": 0.8, "touch": 1.2, "fed": 1.0, "scolded": -2.0},
      "likelihood": [
        {"when": {"company": "none"}, "p": {"alone": 0.96, "friendly": 0.03, "hostile": 0.01}},
        {"when": {"company": "friendly"}, "p": {"alone": 0.05, "friendly": 0.93, "hostile": 0.02}},
        {"when": {"company": "hostile"}, "p": {"alone": 0.05, "friendly": 0.1, "hostile": 0.85}},
        {"when": {"company": "user"}, "p": {"alone": 0.05, "talk": 0.3, "touch": 0.3, "fed": 0.3, "scolded": 0.05}}
      ]},
    "threat": {"of": ["place", "context"],
      "sense": {"hazard": {"layer": "place", "exposure": {"nest": 0.05, "feeder": 0.5, "playground": 0.6, "wild": 1}}},
      "outcomes": {"calm": 0.3, "alarm": -4},
      "likelihood": [
        {"when": {"context": "safe"}, "p": {"calm": 0.98, "alarm": 0.02}},
        {"when": {"context": "threat"}, "p": {"calm": 0.4, "alarm": 0.6}},
        {"when": {"context": "threat", "place": "feeder"}, "p": {"calm": 0.65, "alarm": 0.35}},
        {"when": {"context": "threat", "place": "playground"}, "p": {"calm": 0.6, "alarm": 0.4}},
        {"when": {"context": "threat", "place": "nest"}, "p": {"calm": 0.95, "alarm": 0.05}}
      ]}
  },
  "actions": {
    "eat": {
      "expects": [
        {"factor": "place", "to": {"feeder": 0.4}},
        {"factor": "energy", "when": {"place": "feeder"}, "shift": {"1": 0.5}}
      ],
      "does": [
        {"verb": "go", "to": {"place": "feeder"}},
        {"verb": "climb", "layer": "food"},
        {"verb": "consume", "layer": "food", "need": "energy", "amount": 0.12}
      ]},
    "sleep": {
      "expects": [
        {"factor": "place", "to": {"nest": 0.4}},
        {"factor": "rest", "shift": {"-1": 0.02}},
        {"factor": "rest", "when": {"place": "nest"}, "shift": {"1": 0.25}}
      ],
      "does": [
        {"verb": "go", "to": {"place": "nest"}},
        {"verb": "restore", "need": "rest", "amount": 0.01},
        {"verb": "restore", "need": "rest", "amount": 0.06, "at": {"place": "nest"}},
        {"verb": "restore", "need": "rest", "amount": 0.02, "at": {"affords": "sleep"}}
      ]},
    "play": {
      "expects": [
        {"factor": "place", "to": {"playground": 0.4}},
        {"factor": "energy", "shift": {"-1": 0.14}},
        {"factor": "rest", "shift": {"-1": 0.08}},
        {"factor": "social", "when": {"place": "playground"}, "shift": {"1": 0.2}},
        {"factor": "company", "when": {"company": "none"}, "to": {"friendly": 0.3, "hostile": 0.02}}
      ],
      "does": [
        {"verb": "go", "to": {"place": "playground"}},
        {"verb": "restore", "need": "social", "amount": 0.05, "at": {"place": "playground"}},
        {"verb": "restore", "need": "social", "amount": 0.05, "at": {"affords": "play"}},
        {"verb": "restore", "need": "energy", "amount": -0.008}
      ]},
    "approach": {
      "expects": [
        {"factor": "company", "when": {"company": "none"}, "to": {"friendly": 0.5, "hostile": 0.03}},
        {"factor": "place", "to": {"wild": 0.15}}
      ],
      "does": [{"verb": "approach"}]},
    "groom": {
      "expects": [
        {"factor": "social", "when": {"company": "friendly"}, "shift": {"1": 0.5}},
        {"factor": "company", "when": {"company": "friendly"}, "to": {"none": 0.1}}
      ],
      "does": [{"verb": "contact", "need": "social", "amount": 0.12}]},
    "explore": {
      "expects": [{"factor": "place", "to": {"wild": 0.4}}],
      "does": [{"verb": "go", "to": {"place": "wild"}}, {"verb": "wander"}, {"verb": "wander"}]},
    "call": {
      "expects": [
        {"factor": "company", "when": {"company": "none"}, "to": {"friendly": 0.15, "user": 0.08}}
      ],
      "does": [{"verb": "call", "amount": 0.05}]},
    "rest": {
      "expects": [
        {"factor": "rest", "shift": {"-1": 0.02}},
        {"factor": "energy", "shift": {"-1": 0.08}}
      ],
      "does": [{"verb": "restore", "need": "rest", "amount": 0.01}, {"verb": "restore", "need": "energy", "amount": 0.004}]}
  },
  "care": {
    "feed":  {"outcome": "fed", "needs": {"energy": 0.35}},
    "pet":   {"outcome": "touch", "needs": {"social": 0.2}},
    "play":  {"outcome": "touch", "needs": {"social": 0.25, "energy": -0.02}},
    "gift":  {"outcome": "talk", "needs": {"energy": 0.1, "social": 0.1}},
    "talk":  {"outcome": "talk", "needs": {"social": 0.1}},
    "scold": {"outcome": "scolded", "needs": {"social": -0.1}, "kind": false},
    "call":  {"outcome": "friendly", "kind": false}
  },
  "personality": [
    {"trait": "extraversion", "of": "preference", "modality": "company", "outcome": "friendly", "weight": 1.0},
    {"trait": "extraversion", "of": "preference", "modality": "social", "outcome": "lonely", "weight": -1.0},
    {"trait": "extraversion", "of": "habit", "action": "approach", "weight": 0.7},
    {"trait": "neuroticism", "of": "preference", "modality": "threat", "outcome": "alarm", "weight": -2.0},
    {"trait": "neuroticism", "of": "gamma", "weight": -0.3},
    {"trait": "openness", "of": "information_gain", "weight": 0.5},
    {"trait": "openness", "of": "habit", "action": "explore", "weight": 0.7},
    {"trait": "conscientiousness", "of": "gamma", "weight": 0.5},
    {"trait": "agreeableness", "of": "preference", "modality": "company", "outcome": "hostile", "weight": -0.5},
    {"trait": "agreeableness", "of": "habit", "action": "groom", "weight": 0.7},
    {"trait": "agreeableness", "of": "trust", "weight": 0.5}
  ],
  "mind": {"depth": 2, "keep_actions": 3, "gamma": 4, "information_gain": 1, "trust": 0.15},
  "affect": {"charge_gain": 0.25, "preference_gain": 0.2, "baseline": 1.0, "mood_rate": 0.1, "hostile_above": 0.35}
}
)json";
}

}  // namespace dks::capi
