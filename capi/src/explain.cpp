// SPDX-License-Identifier: MIT
#include "pet/explain.h"

#include "model.h"

namespace dks::capi {
namespace {

Json names_json(const std::vector<std::string>& names) {
  Json list = Json::array();
  for (const std::string& name : names) {
    list.push_back(name);
  }
  return list;
}

Json explanation_json(const World& world, AgentId agent, const pet::Explanation& why) {
  Json beliefs = Json::object();
  for (const pet::Explanation::Belief& belief : why.beliefs) {
    Json levels = Json::object();
    for (size_t i = 0; i < belief.levels.size(); ++i) {
      levels.set(belief.levels[i], belief.probability[i]);
    }
    beliefs.set(belief.factor, std::move(levels));
  }
  Json perceived = Json::object();
  for (const pet::Explanation::Perceived& sense : why.perceived) {
    perceived.set(sense.modality, sense.outcome.empty() ? Json() : Json(sense.outcome));
  }
  Json options = Json::array();
  for (const pet::Explanation::Option& option : why.options) {
    Json terms = Json::object();
    for (size_t i = 0; i < option.terms.size(); ++i) {
      terms.set(why.terms[i], option.terms[i]);
    }
    options.push_back(Json::object()
                          .set("action", option.action)
                          .set("probability", option.probability)
                          .set("score", option.score)
                          .set("terms", std::move(terms))
                          .set("best_course", names_json(option.continuation)));
  }
  Json json = Json::object()
                  .set("id", agent.value())
                  .set("name", world.name(agent))
                  .set("step", world.step_number());
  json.set("beliefs", std::move(beliefs));
  if (why.lived) {
    json.set("perceived", std::move(perceived))
        .set("free_energy", why.free_energy)
        .set("gamma", why.gamma)
        .set("terms", names_json(why.terms))
        .set("actions", std::move(options))
        .set("chosen", why.chosen ? Json(why.options[*why.chosen].action) : Json());
  }
  return json;
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
    const auto slot = inside.world().expect(AgentId(agent));
    if (!slot) {
      return fail(slot.error());
    }
    const pet::PetType* type = inside.pet_type((*slot)->type);
    if (type == nullptr) {
      return fail(invalid("agent ", agent, " has no mind that could be explained"));
    }
    const pet::Explanation why = pet::explain(*type, inside.world(), AgentId(agent));
    return write_text(
        write_json(explanation_json(inside.world(), AgentId(agent), why)),
        buffer,
        capacity,
        out_size
    );
  });
}

}  // extern "C"
