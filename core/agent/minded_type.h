// An agent type that thinks and does nothing else: a mind over columns, without a body.
// SPDX-License-Identifier: MIT
//
// The host is its body: it sets what an agent observes and does in the world what the agent chose.
#pragma once

#include "mind/mind.h"
#include "world/schema.h"

#include <memory>

namespace dks::agent {

// The type with a mind and, behind its own fields, the columns of its agents' minds; Real is the
// number type of those that are no int32_t.
//   belief [states]          about the present, the model's D at birth
//   observation [modalities] settable: outcomes, -1 where there is none; they stay until set again
//   action [factors]         chosen last, -1 before the first time
//   choice [first actions]   how likely each first action of the policies was
//   free_energy              of the beliefs, in nats
// In each of its turns (under staged activation that of the stage called "think", else "sense",
// else the first) an agent predicts through its last action, infers, plans, and draws a first
// action from `choice`, sharpened by the model's alpha. Where the mind has lanes, agents think side
// by side. The type must not have calls of its own.
template <class Real>
AgentType minded_type(AgentType type, std::shared_ptr<const mind::Mind<Real>> mind);

extern template AgentType minded_type<double>(
    AgentType type, std::shared_ptr<const mind::Mind<double>> mind
);
extern template AgentType minded_type<float>(
    AgentType type, std::shared_ptr<const mind::Mind<float>> mind
);

}  // namespace dks::agent
