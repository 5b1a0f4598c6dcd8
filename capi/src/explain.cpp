// SPDX-License-Identifier: MIT
#include "pet/explain.h"

#include "model.h"

#include <vector>

namespace dks::capi {
namespace {

Json names_json(const std::vector<std::string>& names) {
  Json list = Json::array();
  for (const std::string& name : names) {
    list.push_back(name);
  }
  return list;
}

Json actions_json(const pet::Explanation& why, const std::vector<uint32_t>& actions) {
  Json list = Json::array();
  for (const uint32_t action : actions) {
    list.push_back(why.options[action].action);
  }
  return list;
}

Json shares_json(const std::vector<std::string>& names, const std::vector<double>& shares) {
  Json json = Json::object();
  for (size_t i = 0; i < names.size(); ++i) {
    json.set(names[i], shares[i]);
  }
  return json;
}

Json option_json(const pet::Explanation& why, const pet::Explanation::Option& option) {
  Json courses = Json::array();
  for (const pet::Explanation::Course& course : option.courses) {
    courses.push_back(
        Json::object().set("course", actions_json(why, course.actions)).set("score", course.score)
    );
  }
  return Json::object()
      .set("action", option.action)
      .set("probability", option.probability)
      .set("score", option.best.score)
      .set("terms", shares_json(why.terms, option.best.terms))
      .set("best_course", actions_json(why, option.plan))
      .set("first_look", option.first.score)
      .set("followed", option.followed)
      .set("courses", std::move(courses));
}

Json explanation_json(
    const World& world, AgentId agent, const pet::Explanation& why, const std::string& sentence
) {
  Json beliefs = Json::object();
  for (const pet::Explanation::Belief& belief : why.beliefs) {
    beliefs.set(belief.factor, shares_json(belief.levels, belief.probability));
  }
  Json perceived = Json::object();
  Json predicted = Json::object();
  Json surprise = Json::object();
  for (const pet::Explanation::Perceived& sense : why.perceived) {
    const bool nothing = sense.outcome.empty();
    perceived.set(sense.modality, nothing ? Json() : Json(sense.outcome));
    predicted.set(sense.modality, shares_json(sense.outcomes, sense.predicted));
    surprise.set(sense.modality, nothing ? Json() : Json(sense.surprise));
  }
  Json options = Json::array();
  for (const pet::Explanation::Option& option : why.options) {
    options.push_back(option_json(why, option));
  }
  Json json = Json::object()
                  .set("id", agent.value())
                  .set("name", why.name)
                  .set("step", world.step_number())
                  .set("sentence", sentence);
  json.set("beliefs", std::move(beliefs));
  if (why.lived > 0) {
    json.set("predicted", std::move(predicted))
        .set("perceived", std::move(perceived))
        .set("surprise", std::move(surprise))
        .set("free_energy", why.free_energy)
        .set("gamma", why.gamma)
        .set("terms", names_json(why.terms))
        .set("actions", std::move(options))
        .set("chosen", why.chosen ? Json(why.options[*why.chosen].action) : Json());
  }
  return json;
}

Result<const pet::PetType*> mind_of(const Model& model, dks_agent_id agent) {
  const auto slot = model.world().expect(AgentId(agent));
  if (!slot) {
    return slot.error();
  }
  const pet::PetType* type = model.pet_type((*slot)->type);
  if (type == nullptr) {
    const std::string& name = model.world().table((*slot)->type).type().name;
    return invalid("agent ", agent, " is of the type \"", name, "\", expected a pet of a species");
  }
  return type;
}

}  // namespace
}  // namespace dks::capi

using namespace dks;        // NOLINT(google-build-using-namespace)
using namespace dks::capi;  // NOLINT(google-build-using-namespace)

extern "C" {

dks_status dks_model_explain(
    const dks_model* model, dks_agent_id agent, char* buffer, uint64_t capacity, uint64_t* out_size
) noexcept {
  return enter(model, [&](const Model& inside) {
    const auto type = mind_of(inside, agent);
    if (!type) {
      return fail(type.error());
    }
    const World& world = inside.world();
    const pet::Explanation why = pet::explain(**type, world, AgentId(agent));
    const std::string sentence = pet::sentence((*type)->species(), why);
    return write_text(
        write_json(explanation_json(world, AgentId(agent), why, sentence)),
        buffer,
        capacity,
        out_size
    );
  });
}

dks_status dks_model_predict(
    const dks_model* model,
    dks_agent_id agent,
    uint32_t steps,
    double* out_probabilities,
    uint64_t capacity,
    uint64_t* out_count
) noexcept {
  return enter(model, [&](const Model& inside) {
    if (out_count == nullptr) {
      return missing("out_count");
    }
    if (capacity > 0 && out_probabilities == nullptr) {
      return missing("out_probabilities");
    }
    const auto type = mind_of(inside, agent);
    if (!type) {
      return fail(type.error());
    }
    if (steps < 1 || steps > DKS_MAX_PREDICTED_STEPS) {
      return fail(invalid("steps: ", steps, ", expected 1 to ", DKS_MAX_PREDICTED_STEPS));
    }
    const uint64_t count = uint64_t{steps} * (*type)->species().actions.size();
    if (capacity == 0 && out_probabilities == nullptr) {
      *out_count = count;
      return static_cast<dks_status>(DKS_OK);  // only how many was asked for
    }
    if (count > capacity) {
      *out_count = count;
      return fail(error(
          Status::kLimit, "capacity: ", capacity, " entries do not hold ", count, " probabilities"
      ));
    }
    const World& world = inside.world();
    const AgentSlot& slot = *world.find(AgentId(agent));
    (*type)->predict_actions(
        world, world.table(slot.type), slot.row, steps, {out_probabilities, count}
    );
    *out_count = count;
    return static_cast<dks_status>(DKS_OK);
  });
}

}  // extern "C"
