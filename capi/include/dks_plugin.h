/* dks_plugin.h - what a plugin of dks and its host tell each other.
 * SPDX-License-Identifier: MIT
 *
 * A plugin is a shared library with two functions, dks_plugin_query and dks_plugin_init, or the
 * same two linked into the program. It calls no function of dks.h: everything it needs comes in
 * the host table. plugins/firefly is a whole one, explained line by line.
 *
 * Conventions beside those of dks.h:
 *  1. Tables and descs begin with their size and only ever grow at the end. A plugin that uses
 *     what a later minor version added looks first whether the host's struct_size reaches it.
 *  2. Indices that do not exist are DKS_INDEX_NONE. A host function that gets one does nothing and
 *     returns 0, DKS_INDEX_NONE or NULL; what is wrong is reported to the host by the plugin's
 * name.
 *  3. A callback returns DKS_OK, or a DKS_E_* code after saying why by host->set_error. It must not
 *     throw, and must not keep a pointer of a batch when it returns.
 *  4. The world is deterministic and so must be what decides in it: no clock, no addresses, no
 *     threads, no random numbers but the host's, and of exp, log, tanh and such the host's, whose
 *     bits are the same everywhere. Compile with -ffp-contract=off (add_dks_plugin() does).
 */
#ifndef DKS_PLUGIN_H
#define DKS_PLUGIN_H
#include "dks.h"

/* Another major is refused; a minor only adds. */
#define DKS_PLUGIN_ABI_MAJOR 0
#define DKS_PLUGIN_ABI_MINOR 2

#define DKS_INDEX_NONE 0xffffffffu

#if defined(__cplusplus) && !defined(SWIG)
extern "C" {
#endif

/* ---- what a plugin is -------------------------------------------------------------------------*/

/* Static data of the plugin: dks_plugin_query is called before anything else and may not do more
 * than return it. */
struct dks_plugin_info {
  uint32_t struct_size;
  uint32_t abi_major; /* DKS_PLUGIN_ABI_MAJOR and _MINOR that it was compiled with */
  uint32_t abi_minor;
  uint32_t flags;      /* 0 */
  const char* name;    /* "firefly"; no two plugins of a process share one */
  const char* version; /* of the plugin, "1.4.2" */
  const char* license; /* SPDX identifier */
  const char* summary; /* one line for people */
};

#define dks_plugin_info_init(name, version, license, summary)                                 \
  {                                                                                           \
    (uint32_t)sizeof(dks_plugin_info), DKS_PLUGIN_ABI_MAJOR, DKS_PLUGIN_ABI_MINOR, 0, (name), \
        (version), (license), (summary)                                                       \
  }

/* ---- agent types ------------------------------------------------------------------------------*/

/* A column: `width` numbers of one type for each agent. */
typedef struct dks_field_desc {
  uint32_t struct_size;
  uint32_t type;    /* DKS_TYPE_* */
  const char* name; /* fields of one name, type and width in several agent types can be shared */
  double initial;
  double min, max; /* what hosts may set, and `change` reaches; both 0: all that the type holds */
  uint32_t width;  /* 0: 1 */
  uint32_t flags;  /* DKS_FIELD_* */
} dks_field_desc;
enum { DKS_FIELD_COMPUTED = 1 /* the agents compute it: hosts may not set it */ };
#define dks_field_desc_init(name, type) \
  { (uint32_t)sizeof(dks_field_desc), (type), (name), 0, 0, 0, 1, 0 }

typedef struct dks_world dks_world;       /* what agents look at */
typedef struct dks_commands dks_commands; /* what they do to it, in act */

/* Agents of one type that live a part of a step. Element e of field f of agent i of the batch is
 * ((T*)columns[f])[rows[i] * width + e]. Only these rows may be touched. Borrowed for the call. */
typedef struct dks_batch {
  uint32_t struct_size;
  uint32_t count;
  const uint32_t* rows;
  const dks_agent_id* ids; /* by row */
  const uint64_t* uids;    /* by row, two words each: the same for life, in every world */
  void* const* columns;    /* by field, in the order of the desc */
  const dks_world* world;
  dks_commands* commands; /* NULL but in act */
  uint64_t step;
  uint32_t stage;  /* of staged activation; else 0 */
  uint32_t worker; /* whose scratch memory to use: below worker_count of dks_world_info */
} dks_batch;

/* All callbacks but `create` get the state that it made (`user`, where there is no create). NULL
 * callbacks are skipped. `sense` and
 * `think` may run on several threads, on disjoint rows.
 *
 *   create   once for each world that has the type, before any of its agents: looks names up
 *   destroy  when that world is gone
 *   born     new rows, fields at their initial values. Not for those of a world that was loaded:
 *            what an agent keeps has to be in its columns
 *   foresee  only for speed, where agents take their turns one by one: the rows whose turns come
 *            next, at most 32. The type may work out ahead what they would think, in memory of its
 *            own; results must have the same bits with and without
 *   sense    reads the world and its messages, writes own columns; what other types can read (a
 *            shared field) not before think
 *   think    reads and writes own columns
 *   act      one row; changes the world through commands, each at once
 *   done     (since minor 2) when the next step begins, before its environment moves on, one row
 * and commands as in act: the body, which the host moves, has done this share, in [0, 1], of what
 * the agent intended (dks_model_report_done). NULL: the world moves such agents fetch    only for
 * speed: the row will act soon. Hints to memory, first (own = 1) at its own columns, later (0) at
 * what they point to; reads nothing else, changes nothing
 */
typedef struct dks_agent_type {
  uint32_t struct_size;
  uint32_t version;     /* of its rules: a new one when the same inputs lead elsewhere */
  uint32_t field_count; /* at most 1024, and at most 65536 bytes a row */
  uint32_t flags;       /* 0 */
  const char* name;     /* no two agent types of a process share one */
  const dks_field_desc* fields;
  void* user; /* handed to create */
  dks_status (*create)(void* user, dks_world* world, void** out_state);
  void (*destroy)(void* state);
  dks_status (*born)(void* state, const dks_batch* batch);
  dks_status (*foresee)(void* state, const dks_batch* batch);
  dks_status (*sense)(void* state, const dks_batch* batch);
  dks_status (*think)(void* state, const dks_batch* batch);
  dks_status (*act)(void* state, const dks_batch* batch);
  void (*fetch)(void* state, const dks_batch* batch, int32_t own);
  dks_status (*done)(void* state, const dks_batch* batch, double share);
} dks_agent_type;

/* ---- transports (since minor 2) ---------------------------------------------------------------*/

/* A transport that is open for one world. */
typedef struct dks_link dks_link;

/* What `open` is told, borrowed for the call. */
typedef struct dks_link_info {
  uint32_t struct_size;
  uint32_t flags;      /* 0 */
  const char* name;    /* what the host calls the link */
  const char* address; /* may have a password in it: never repeat it in a log or an error */
  const char* world;   /* name of the world */
  uint64_t seed;       /* of the world */
} dks_link_info;

/* Carries messages between a world and everything outside. Calls come from the thread that has the
 * model, between steps, one at a time for each link, and are to return soon: what takes time goes
 * on after them, on a thread of the plugin or in `poll`.
 *
 *   open       for each link; no connection needs to stand yet
 *   close      when it returns, the plugin uses the link no longer. Not called if open failed
 *   subscribe  brings what is sent to a topic ("#channel" or a name) from now on (on = 1), or no
 *              longer (0); NULL: the transport has no topics
 *   send       what agents sent to users, channels and the world in a step, borrowed for the call.
 *              DKS_OK: `done` will be called for the ticket, in this call or later
 *   poll       now and then, for transports without a thread; may be NULL
 *
 * Nothing is lost on the way out: a batch whose send failed, or whose `done` has an error, is sent
 * again under a new ticket, after the next step or in the next dks_model_poll. Batches arrive in
 * the order in which they were sent: after one that failed, those sent behind it must fail as well,
 * and all are sent again. What arrives twice is told by the messages' numbers, which rise for each
 * sender. A message of an agent without a name has from = "". */
typedef struct dks_transport {
  uint32_t struct_size;
  uint32_t flags; /* 0 */
  const char*
      scheme; /* what its addresses begin with, before the ':'. Lower-case letters, digits, +
                 - and .; no two transports of a process share one */
  void* user; /* handed to open */
  dks_status (*open)(void* user, dks_link* link, const dks_link_info* info, void** out_state);
  void (*close)(void* state);
  dks_status (*subscribe)(void* state, const char* topic, int32_t on);
  dks_status (*send)(void* state, const dks_message* messages, uint32_t count, uint64_t ticket);
  dks_status (*poll)(void* state);
} dks_transport;

/* ---- the host table ---------------------------------------------------------------------------*/

typedef struct dks_world_info {
  uint32_t struct_size;
  uint32_t width, height; /* cells; cell = y * width + x */
  uint32_t torus;         /* 1: edges meet */
  uint32_t von_neumann;   /* 1: 4 neighbours a cell; 0: 8, Moore */
  uint32_t cell_capacity; /* agents; 0: no limit */
  uint32_t steps_per_day;
  uint32_t max_agents;
  uint32_t worker_count;
  uint32_t type_count;
  uint32_t layer_count;
  uint32_t stage_count;
  uint64_t seed;
} dks_world_info;
#define dks_world_info_init(info) ((info)->struct_size = (uint32_t)sizeof(*(info)))

/* A message as a step may depend on it: names are the numbers that `symbol` gives. Never grows. */
typedef struct dks_heard {
  dks_agent_id from_agent; /* DKS_AGENT_NONE: a user or the host */
  double value;
  uint32_t kind;
  uint32_t from; /* of a user; 0: the host or an agent */
} dks_heard;

enum { DKS_EVENT_FIRST_OF_PLUGINS = 1024 }; /* kinds from here are the agent type's own */

struct dks_host_api {
  uint32_t struct_size;
  uint32_t abi_major; /* of the host */
  uint32_t abi_minor;
  uint32_t dks_version; /* DKS_VERSION_NUMBER of the library that runs */

  /* -- in dks_plugin_init only; what the desc points to is copied -- */
  dks_status (*add_agent_type)(const dks_host_api* host, const dks_agent_type* desc);

  /* -- any time, any thread -- */
  /* Says why a callback fails; returns `status`. */
  dks_status (*set_error)(dks_status status, const char* text);
  /* To the log hook of the world's model. */
  void (*log)(const dks_world* world, int32_t level, const char* text);
  double (*exp)(double x);
  double (*ln)(double x);
  double (*tanh)(double x);
  double (*sin_turn)(double x); /* sine of x full turns */

  /* -- names become numbers, best in create. DKS_INDEX_NONE: there is none -- */
  uint32_t (*find_type)(const dks_world* world, const char* name);
  uint32_t (*find_layer)(const dks_world* world, const char* name);
  uint32_t (*find_category)(const dks_world* world, uint32_t layer, const char* name);
  uint32_t (*find_environment)(const dks_world* world, const char* field);
  uint32_t (*find_object_kind)(const dks_world* world, const char* name);
  uint32_t (*find_stage)(const dks_world* world, const char* name);
  /* How well objects of a kind afford an action ("sleep"); 0: not at all. */
  float (*strength)(const dks_world* world, uint32_t object_kind, const char* action);
  /* In create only: the number of a name for messages, such as kinds, users, channels. */
  uint32_t (*symbol)(dks_world* world, const char* name);
  /* In create only: a field that every agent type may have. DKS_INDEX_NONE where one has it in
   * another form. */
  uint32_t (*share_field)(dks_world* world, const char* name, uint32_t type, uint32_t width);

  /* -- reading -- */
  void (*get_info)(const dks_world* world, dks_world_info* out_info);
  /* Draw number `index` of an agent for one purpose (`stream`, below 16384) in this step: 64
   * random bits, the same whenever they are asked for. See dks_uniform. */
  uint64_t (*random)(const dks_world* world, dks_agent_id agent, uint32_t stream, uint32_t index);
  uint32_t (*cell_of)(const dks_world* world, dks_agent_id agent); /* DKS_INDEX_NONE: gone */
  uint32_t (*type_of)(const dks_world* world, dks_agent_id agent);
  uint32_t (*offset)(const dks_world* world, uint32_t cell, int32_t dx, int32_t dy);
  uint32_t (*distance)(const dks_world* world, uint32_t a, uint32_t b);
  int32_t (*has_room)(const dks_world* world, uint32_t cell);
  /* Both return how many there are and write at most `capacity` of them. Agents stand by cell in
   * row order, the newest in a cell first; cells the nearest first, the centre among them. */
  uint32_t (*agents_near
  )(const dks_world* world,
    uint32_t cell,
    uint32_t radius,
    dks_agent_id* out_agents,
    uint32_t capacity);
  uint32_t (*cells_near
  )(const dks_world* world, uint32_t cell, uint32_t radius, uint32_t* out_cells, uint32_t capacity);
  const float* (*layer)(const dks_world* world, uint32_t layer); /* by cell; does not move */
  double (*environment)(const dks_world* world, uint32_t field);
  /* Kinds of the objects in a cell; returns how many there are. */
  uint32_t (*objects_at
  )(const dks_world* world, uint32_t cell, uint32_t* out_kinds, uint32_t capacity);
  /* What reached an agent in this step. */
  uint32_t (*messages
  )(const dks_world* world, dks_agent_id agent, dks_heard* out_messages, uint32_t capacity);
  /* The numbers of a shared field of an agent. NULL: it is gone, or its type lacks the field. */
  const void* (*shared)(const dks_world* world, uint32_t field, dks_agent_id agent);

  /* -- doing, in act -- */
  /* 0: no such cell, no room, or the agent is gone. */
  int32_t (*move)(dks_commands* commands, dks_agent_id agent, uint32_t cell);
  void (*remove)(dks_commands* commands, dks_agent_id agent);
  /* Born when the step ends, in the nearest cell with room; cell DKS_INDEX_NONE: anywhere. 0: the
   * world is full, or there is no such type or cell. */
  int32_t (*spawn)(dks_commands* commands, uint32_t type, uint32_t cell, dks_agent_id parent);
  /* Adds to a shared field of any agent, within its range; returns what was added. */
  double (*change)(dks_commands* commands, dks_agent_id agent, uint32_t field, double amount);
  /* take returns what there was of it. Within the layer's range. */
  float (*take)(dks_commands* commands, uint32_t layer, uint32_t cell, float amount);
  void (*add)(dks_commands* commands, uint32_t layer, uint32_t cell, float amount);
  void (*make_noise)(dks_commands* commands, double amount);
  /* To an agent, whom it reaches in the next step; or, with DKS_AGENT_NONE, to the symbol `to`:
   * a user, a channel or the world (outbox). */
  void (*tell
  )(dks_commands* commands,
    dks_agent_id from,
    dks_agent_id to_agent,
    uint32_t to,
    uint32_t kind,
    double value);
  void (*emit
  )(dks_commands* commands,
    uint32_t kind,
    dks_agent_id agent,
    dks_agent_id other,
    double value0,
    double value1);

  /* -- minds, as dks.h has them -- */
  dks_status (*mind_create
  )(const dks_document* document, const dks_mind_desc* desc, dks_mind** out_mind);
  void (*mind_destroy)(dks_mind* mind);
  dks_status (*mind_get_info)(const dks_mind* mind, dks_mind_info* out_info);
  dks_status (*mind_infer
  )(const dks_mind* mind,
    const void* prior,
    const int32_t* observations,
    uint32_t count,
    void* out_beliefs,
    void* out_free_energy);
  dks_status (*mind_plan
  )(const dks_mind* mind,
    const void* beliefs,
    const void* preferences,
    uint32_t count,
    void* out_neg_efe,
    void* out_q_pi,
    void* out_action_marginals);
  dks_status (*mind_predict
  )(const dks_mind* mind,
    const void* beliefs,
    const int32_t* actions,
    uint32_t count,
    void* out_prior);

  /* -- since minor 2 -- */
  /* In dks_plugin_init only, as add_agent_type. */
  dks_status (*add_transport)(const dks_host_api* host, const dks_transport* desc);

  /* -- of a link, any thread, from `open` until `close` returns -- */
  /* Hands messages to the world, which has them in its next step: all or, on an error, none.
   * DKS_E_LIMIT: its inbox is full, try again after the next step; DKS_E_INVALID: never. Ids must
   * rise for each `from`, or be 0; of an id that came already nothing is heard. */
  dks_status (*deliver)(dks_link* link, const dks_message* messages, uint32_t count);
  /* A batch of `send` got out (DKS_OK), is to be sent again (an error, and why), or is one that
   * never will get out and is dropped (DKS_E_INVALID). Once for each ticket. */
  void (*done)(dks_link* link, uint64_t ticket, dks_status status, const char* why);
  /* How the link is, for dks_link_report: DKS_LINK_*, and a line for people, or NULL. */
  void (*set_health)(dks_link* link, uint32_t health, const char* text);
};

#ifdef __cplusplus
#define DKS_CAST(type, value) static_cast<type>(value)
#else
#define DKS_CAST(type, value) ((type)(value))
#endif
/* A number in [0, 1) from 64 random bits. */
static inline double dks_uniform(uint64_t bits) {
  return DKS_CAST(double, bits >> 11) * (1.0 / 9007199254740992.0);
}
/* A number below n from 64 random bits; 0 for 0. */
static inline uint32_t dks_below(uint64_t bits, uint32_t n) {
  return DKS_CAST(uint32_t, ((bits >> 32) * n) >> 32);
}

/* ---- the two functions ------------------------------------------------------------------------*/

/* A plugin that is linked into the program names itself, so that several can be:
 * #define DKS_PLUGIN_STATIC firefly (add_dks_plugin(firefly STATIC ...) does) makes them
 * firefly_plugin_query and firefly_plugin_init, for dks_plugins_add. */
#ifdef DKS_PLUGIN_STATIC
#define DKS_PLUGIN_JOIN_(name, function) name##_##function
#define DKS_PLUGIN_JOIN(name, function) DKS_PLUGIN_JOIN_(name, function)
#define dks_plugin_query DKS_PLUGIN_JOIN(DKS_PLUGIN_STATIC, plugin_query)
#define dks_plugin_init DKS_PLUGIN_JOIN(DKS_PLUGIN_STATIC, plugin_init)
#define DKS_PLUGIN_EXPORT
#elif defined(_WIN32)
#define DKS_PLUGIN_EXPORT __declspec(dllexport)
#else
#define DKS_PLUGIN_EXPORT __attribute__((visibility("default")))
#endif

/* These names and types never change. init registers what the plugin has; the host table stays
 * where it is as long as the process runs. An error leaves nothing registered. */
DKS_PLUGIN_EXPORT const dks_plugin_info* dks_plugin_query(void);
DKS_PLUGIN_EXPORT dks_status dks_plugin_init(const dks_host_api* host);

#if defined(__cplusplus) && !defined(SWIG)
}
#endif
#endif
