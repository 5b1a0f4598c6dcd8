// SPDX-License-Identifier: MIT
#include "runner.h"

#include "collect.h"
#include "console.h"
#include "day.h"
#include "error.h"
#include "interrupt.h"
#include "progress.h"
#include "summary.h"
#include "text.h"
#include "view.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <poll.h>
#include <unistd.h>

namespace petworld {
namespace {

constexpr uint64_t kDaysByDefault = 7;
constexpr uint64_t kMostStepsByDefault = 10'000'000;
constexpr double kWatchHz = 10;
constexpr size_t kPageWidth = 79;  // where there is no terminal

void list_problems(const DayFile& day, size_t most) {
  for (size_t i = 0; i < day.problems().size() && i < most; ++i) {
    std::fprintf(stderr, "%s\n", day.problems()[i].c_str());
  }
  const uint64_t more =
      day.skipped() - std::min<uint64_t>(day.skipped(), std::min(most, day.problems().size()));
  if (more > 0) {
    std::fprintf(stderr, "and %s more\n", grouped(more).c_str());
  }
}

// Bad lines end the program before anything has run, unless they may be left out.
void judge(const DayFile& day, const RunOptions& options) {
  if (day.skipped() == 0) {
    return;
  }
  const std::string count =
      counted(day.skipped(), "bad line") + " of " + grouped(day.skipped() + day.messages());
  if (!options.skip_bad) {
    list_problems(day, DayFile::kMostListed);
    throw Error(
        count + " in \"" + printable(options.input) +
        "\": nothing was run; --skip-bad leaves them out"
    );
  }
  if (!options.quiet) {
    list_problems(day, 5);
    std::fprintf(stderr, "petworld run: left out %s\n", count.c_str());
  }
}

uint64_t steps_to_do(
    const RunOptions& options, const Host& host, const std::optional<DayFile>& day
) {
  const uint64_t per_day = host.plan().steps_per_day;
  if (options.steps) {
    return *options.steps;
  }
  if (!day || day->messages() == 0) {
    return kDaysByDefault * per_day;
  }
  const uint64_t last = day->last_step();
  if (last >= kMostStepsByDefault) {
    throw Error(
        "the last message of \"" + printable(options.input) + "\" is for step " +
        std::to_string(last) + ": please say with --steps how far to go"
    );
  }
  return (last / per_day + 1) * per_day;
}

View::Kind kind_of_view(const RunOptions& options, const Screen& screen) {
  if (options.quiet) {
    return View::Kind::kSilent;
  }
  if (options.watch) {
    return screen.out && !screen.dumb ? View::Kind::kWatch : View::Kind::kEvents;
  }
  if (screen.err && !screen.dumb) {
    return View::Kind::kBar;
  }
  return options.json ? View::Kind::kSilent : View::Kind::kLines;
}

// Once standard output has failed, nobody will see what the world does.
bool can_print() {
  return std::ferror(stdout) == 0;
}

// The loop: commands, messages, a step, what it brought, and then waiting for the next.
class Runner {
 public:
  Runner(
      const RunOptions& options, Host& host, DayFile* day, Collection* collection, uint64_t total
  )
      : host_(host),
        day_(day),
        collection_(collection),
        total_(total),
        screen_(look_at_screen()),
        record_(host),
        console_(host, record_, pace_, screen_.utf8) {
    const View::Kind kind = kind_of_view(options, screen_);
    const bool day_lines =
        !options.json && !options.quiet && !options.watch && (!screen_.out || screen_.dumb);
    pace_.hz = options.hz.value_or(options.watch && screen_.out ? kWatchHz : 0);
    view_.emplace(kind, day_lines, screen_, host, record_, total);
    // From a pipe commands are read only when the world runs at a pace at which they make sense.
    const bool live = options.watch || options.hz;
    if (screen_.in ? kind != View::Kind::kSilent && screen_.err : live) {
      const bool raw = screen_.in && (kind == View::Kind::kBar || kind == View::Kind::kWatch);
      input_.emplace(raw);
    }
  }

  void run() {
    next_ = Clock::now();
    view_->refresh(typed(), false, rate(), true);
    while (record_.steps() < total_ && !pace_.quit && !interrupted() && can_print()) {
      take_commands(0);
      if (pace_.paused) {
        view_->refresh(typed(), true, rate(), false);
        wait_until(Clock::now() + std::chrono::milliseconds(100));
        next_ = Clock::now();
        continue;
      }
      if (pace_.quit) {
        break;
      }
      step();
      keep_pace();
    }
    interrupted_ = record_.steps() < total_;
    view_->leave();
    input_.reset();
  }

  const Record& record() const { return record_; }

  Outcome outcome() const {
    Outcome outcome;
    outcome.steps = record_.steps();
    outcome.wanted = total_;
    outcome.accepted = console_.posted() + (day_ != nullptr ? day_->accepted() : 0);
    outcome.skipped = day_ != nullptr ? day_->skipped() : 0;
    outcome.not_reached = day_ != nullptr ? day_->not_reached() : 0;
    outcome.has_inputs = day_ != nullptr;
    outcome.interrupted = interrupted_;
    outcome.seconds = rate_.seconds();
    return outcome;
  }

 private:
  void step() {
    if (day_ != nullptr) {
      day_->post_due(host_, record_.steps());
    }
    host_.step();
    record_.observe();
    if (collection_ != nullptr) {
      collection_->drain(host_);
      if (record_.steps() % host_.plan().steps_per_day == 0) {
        collection_->flush();
      }
    }
    rate_.count(record_.steps());
    view_->step(rate());
    view_->refresh(typed(), false, rate(), false);
  }

  void keep_pace() {
    if (pace_.hz <= 0) {
      return;
    }
    const auto period =
        std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(1 / pace_.hz));
    next_ = std::max(next_ + period, Clock::now() - period);
    wait_until(next_);
  }

  // Commands that come meanwhile are done at once; one that changes the pace ends the wait.
  void wait_until(Clock::time_point end) {
    const double hz = pace_.hz;
    while (!interrupted() && !pace_.quit && pace_.hz == hz) {
      const double left = std::chrono::duration<double>(end - Clock::now()).count();
      if (left <= 0) {
        return;
      }
      const bool paused = pace_.paused;
      take_commands(left);
      if (pace_.paused != paused) {
        return;
      }
    }
    next_ = Clock::now();
  }

  void take_commands(double seconds) {
    if (suspend_asked()) {
      view_->leave();
      if (input_) {
        input_->release();
      }
      suspend();
      if (input_) {
        input_->take();
      }
      view_->enter();
      next_ = Clock::now();
      rate_.restart();
    }
    if (!input_) {
      if (seconds > 0) {
        poll(nullptr, 0, static_cast<int>(std::ceil(std::min(seconds, 3600.0) * 1000)));
      }
      return;
    }
    const std::string before = typed();
    if (const auto line = input_->next(seconds)) {
      obey(*line);
      view_->refresh(typed(), pace_.paused, rate(), true);
    } else if (typed() != before) {
      view_->refresh(typed(), pace_.paused, rate(), true);
    } else if (pace_.paused && input_->at_end()) {
      obey("resume");  // nobody else will say it
    }
  }

  void obey(const std::string& command) {
    const Pace before = pace_;
    view_->tell(console_.run(command, view_->width()));
    if (pace_.hz != before.hz || pace_.paused != before.paused) {
      rate_.restart();
    }
  }

  // Steps a second, never more than asked for: after a slow step there may have been quick ones.
  double rate() const { return pace_.hz > 0 ? std::min(rate_.recent(), pace_.hz) : rate_.recent(); }

  std::string typed() const { return input_ ? input_->typed() : std::string(); }

  Host& host_;
  DayFile* day_;
  Collection* collection_;
  uint64_t total_;
  Screen screen_;
  Record record_;
  Pace pace_;
  Console console_;
  Rate rate_;
  std::optional<View> view_;
  std::optional<LineInput> input_;
  Clock::time_point next_{};
  bool interrupted_ = false;
};

}  // namespace

int run(const RunOptions& options) {
  const WorldFiles files = read_world_files(options.world);
  Host host(files, options.settings);
  std::optional<DayFile> day;
  if (!options.input.empty()) {
    day.emplace(options.input, host);
    judge(*day, options);
  }
  const uint64_t total = steps_to_do(options, host, day);
  std::optional<Collection> collection;
  if (!options.collect.empty()) {
    collection.emplace(options.collect, host);
  }
  const uint64_t bad_lines = day ? day->skipped() : 0;

  catch_interrupts();
  Runner runner(options, host, day ? &*day : nullptr, collection ? &*collection : nullptr, total);
  runner.run();

  if (collection) {
    collection->finish(host, runner.record());
  }
  const Outcome outcome = runner.outcome();
  const Collection* collected = collection ? &*collection : nullptr;
  if (options.json) {
    std::fputs(write_report(report_of(host, runner.record(), outcome, collected)).c_str(), stdout);
  } else if (!options.quiet) {
    const Screen screen = look_at_screen();
    const size_t width = screen.out ? size_of_terminal(STDOUT_FILENO).width - 1 : kPageWidth;
    const std::string text =
        summary_text(host, runner.record(), outcome, collected, screen.utf8, width);
    std::fputs(screen.out ? "" : "\n", stdout);
    std::fputs(text.c_str(), stdout);
  }
  if (day && day->skipped() > bad_lines && !options.quiet) {
    std::fprintf(
        stderr,
        "petworld run: %s could not be delivered\n",
        counted(day->skipped() - bad_lines, "message").c_str()
    );
  }
  if (collection && collection->problem()) {
    throw Error("--collect: " + *collection->problem(), kExitFailed);
  }
  return kExitOk;
}

}  // namespace petworld
