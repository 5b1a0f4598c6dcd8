"""petworld on a terminal: the live world, the bar, and the commands that are typed meanwhile.

SPDX-License-Identifier: MIT
dks-test: timeout=300
"""

import termios

from petworld_case import MEADOW, WEEK, PetworldCase, Terminal, main, re, signal

ENTER_SCREEN, LEAVE_SCREEN = "\x1b[?1049h", "\x1b[?1049l"


class TerminalCase(PetworldCase):
    def start(self, *arguments, world=MEADOW, **settings):
        terminal = Terminal("run", world, *arguments, **settings)
        self.addCleanup(terminal.close)
        return terminal


class Watch(TerminalCase):
    def test_draws_the_world_within_80_columns(self):
        for environment in ({}, {"NO_COLOR": "1", "LC_ALL": "C"}, {"TERM": "xterm"}):
            with self.subTest(environment):
                terminal = self.start("--watch", "--input", WEEK, environment=environment)
                terminal.wait_for(r"Mood of all")
                terminal.read(1)
                self.assertEqual("\x1b[38;5;" in terminal.output, environment == {})
                frames = re.split(r"\x1b\[H", terminal.output)[2:-1]
                self.assertGreater(len(frames), 3)
                for frame in frames:
                    lines = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", frame).split("\r\n")
                    self.assertLessEqual(max(len(line) for line in lines), 80)
                    self.assertLessEqual(len(lines), 24)
                for text in ("meadow", "day 1", "Momo", "cat", "playground", "help lists commands"):
                    self.assertIn(text, terminal.plain())
                terminal.type("quit")
                self.assertEqual(terminal.end(), 0)

    def test_eight_colours_never_hide_a_pet_in_the_colour_of_its_place(self):
        terminal = self.start("--watch", environment={"TERM": "xterm"})
        terminal.wait_for(r"(?s)Mood of all.*Mood of all")
        # The ground is set once more before the letter of each pet.
        pets = re.findall(r"\x1b\[4\dm?;37m(?:\x1b\[40m)?\x1b\[3\d(?:;1)?m\w", terminal.output)
        self.assertGreater(len(pets), 20)
        for pet in pets:
            self.assertIn("\x1b[40m", pet)
        self.assertIn("-sad 'glad", terminal.plain())

    def test_is_there_before_the_first_step_is_done(self):
        terminal = self.start("--watch", "--steps", "0")
        self.assertEqual(terminal.end(), 0)
        self.assertIn("Mood of all", terminal.plain())

    def test_the_night_belongs_to_the_day_before_it(self):
        world = self.yard(environment={"steps_per_day": 4, "start_hour": 6})
        terminal = self.start("--watch", "--hz", "20", "--steps", "8", world=world)
        self.assertEqual(terminal.end(), 0)
        shown = re.findall(r"day \d  \d\d:\d\d", terminal.plain())
        steps = [f"day {day}  {hour}:00" for day in (1, 2) for hour in ("06", "12", "18", "00")]
        self.assertLessEqual(set(shown), set(steps))
        self.assertEqual([steps.index(step) for step in shown], sorted(steps.index(step) for step in shown))

    def test_tells_what_happens_in_words(self):
        terminal = self.start("--watch", "--input", WEEK)
        terminal.wait_for(r"ana fed Momo")
        terminal.wait_for(r"\w+ met \w+")

    def test_ctrl_c_gives_the_terminal_back_and_sums_up(self):
        terminal = self.start("--watch")
        terminal.wait_for(r"Mood of all")
        self.assertIn(ENTER_SCREEN, terminal.output)
        self.assertFalse(termios.tcgetattr(terminal.slave)[3] & termios.ECHO)
        terminal.signal(signal.SIGINT)
        self.assertEqual(terminal.end(), 0)
        self.assertIn(LEAVE_SCREEN, terminal.output)
        self.assertIn("\x1b[?25h", terminal.output)
        self.assertIn("How the pets fared", terminal.plain())
        self.assertIn("ended early of 336 steps", terminal.plain())
        self.assertEqual(termios.tcgetattr(terminal.slave), terminal.before)

    def test_a_terminal_that_cannot_move_its_cursor_gets_lines(self):
        terminal = self.start("--watch", "--steps", "3", "--hz", "1000", environment={"TERM": "dumb"})
        self.assertEqual(terminal.end(), 0)
        self.assertNotIn("\x1b", terminal.output)
        self.assertRegex(terminal.output, r"day 1 \d\d:\d\d  ")

    def test_a_narrow_terminal_shows_what_matters(self):
        for columns in (40, 24):
            with self.subTest(columns):
                terminal = self.start("--watch", "--input", WEEK, columns=columns, rows=16)
                terminal.wait_for(r"day 1/7 +\d+ % ")
                if columns == 40:
                    terminal.wait_for(r"1 spot = 2 x 2 cells")
                terminal.type("help")
                terminal.wait_for(r"scold PET\s+care\s+for\s+a\s+pet,\s+or\s+do\s+not")
                for frame in re.split(r"\x1b\[H", terminal.output):
                    lines = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", frame).split("\r\n")
                    self.assertLess(max(len(line.strip("\r")) for line in lines), columns)
                terminal.type("")
                terminal.type("quit")
                self.assertEqual(terminal.end(), 0)

    def test_the_summary_fits_a_narrow_terminal(self):
        for columns in (40, 50):
            with self.subTest(columns):
                terminal = self.start("--input", WEEK, "--steps", "96", columns=columns)
                self.assertEqual(terminal.end(), 0)
                summary = terminal.output[terminal.output.index("meadow: "):]
                self.assertIn("What care did", summary)
                self.assertLess(max(len(line.strip("\r")) for line in summary.split("\n")), columns)

    def test_a_tiny_terminal_is_no_trouble(self):
        for columns, rows in ((20, 5), (1, 1), (200, 60)):
            terminal = self.start("--watch", "--steps", "5", "--hz", "100", columns=columns, rows=rows)
            self.assertEqual(terminal.end(), 0)


class Commands(TerminalCase):
    def setUp(self):
        super().setUp()
        self.terminal = self.start("--hz", "20", "--steps", "100000")
        self.terminal.wait_for(r"steps/s")

    def answer(self, line, pattern):
        self.terminal.type(line)
        self.terminal.wait_for(pattern)
        return self.terminal.plain()

    def test_care_and_talk(self):
        self.answer("feed Momo", r"you fed Momo \(cat\)")
        self.answer("pet #2", r"you petted Suki \(cat\)")
        self.answer("scold Rex", r"you scolded Rex \(dog\)")
        self.answer("gift Pip", r"you gave Pip \(finch\) a gift")
        self.answer("play Bello", r"you played with Bello \(dog\)")
        self.answer("say Momo hello, you", r'you to Momo \(cat\): "hello, you"')
        self.terminal.type("quit")
        self.assertEqual(self.terminal.end(), 0)
        self.assertIn("Inputs: 6 accepted, 0 skipped", self.terminal.plain())

    def test_what_is_nearly_right_gets_the_nearest_name(self):
        self.answer("fed Momo", r'no command "fed"; did you mean "feed"\?')
        self.answer("feed Mmo", r'no pet called "Mmo"; did you mean "Momo"\?')
        self.answer("why #999", r'no pet has the number "#999"')
        self.answer("say Mmo hello", r'no pet called "Mmo"; did you mean "Momo"\?')
        self.answer("say Momo", r"say what\?")
        self.answer("feed", r"feed: which pet\?")
        self.answer("speed -4", r'speed: "-4" is not a number from')
        self.answer("xyzzy", r'no command "xyzzy"; help lists them')

    def test_pause_resume_speed_help(self):
        self.answer("pause", r"paused; resume goes on, help lists commands")
        self.answer("resume", r"going on, 20 steps a second")
        self.answer("speed 4", r"4 steps a second")
        self.answer("speed max", r"as fast as it goes")
        self.answer("help", r"quit +end with the summary")
        self.answer("pets", r"Momo \(cat\), Suki \(cat\)")

    def test_look(self):
        shown = self.answer("look Momo", r"cared for")
        self.assertRegex(shown, r"Momo, a cat at \(\d+, \d+\), last action: \w+")
        self.assertRegex(shown, r"energy +\S.* \d+%")

    def test_keys(self):
        self.terminal.output = ""
        self.terminal.type("xx\x15look Momp\x7f\x1b[Do")  # Ctrl-U, backspace, an arrow that does nothing
        self.terminal.wait_for(r"Momo, a cat")

    def test_the_terminal_is_given_back(self):
        self.terminal.signal(signal.SIGTERM)
        self.assertEqual(self.terminal.end(), 0)
        self.assertEqual(termios.tcgetattr(self.terminal.slave), self.terminal.before)


class Bar(TerminalCase):
    def test_a_slow_pace_is_no_fast_one(self):
        terminal = self.start("--hz", "0.5", "--steps", "337")
        terminal.wait_for(r"0\.50 steps/s  11:1\d left")
        self.assert_rates_up_to(0.5, terminal)
        terminal.type("speed 3")
        terminal.wait_for(r"\d steps/s  1:5\d left")
        self.assert_rates_up_to(3, terminal)

    def assert_rates_up_to(self, most, terminal):
        for rate in re.findall(r"([\d.]+) steps/s", terminal.plain()):
            self.assertLessEqual(float(rate), most)


class Why(PetworldCase):
    def why(self, pet):
        commands = "pause\nwhy " + pet + "\nquit\n"
        done = self.petworld("run", MEADOW, "--hz", "1000", "--input", WEEK, "--steps", "40", stdin=commands)
        return done.stdout.decode()

    def test_before_its_first_step_a_pet_has_chosen_nothing(self):
        self.assertIn("Momo has not lived a step yet", self.why("Momo"))

    def test_a_pet_that_has_withdrawn_does_nothing(self):
        hermit = {"name": "hermit", "extends": "pet", "withdraw_after": 3, "needs": {"energy": {"loss": 0.2}}}
        terminal = Terminal("run", self.yard(species=[hermit]), "--hz", "100", "--steps", "100000")
        self.addCleanup(terminal.close)
        terminal.wait_for(r"day [2-9]")
        terminal.type("look Dusty")
        terminal.wait_for(r"mood .*, in need, withdrawn")
        self.assertNotIn("last action", terminal.plain())
        terminal.type("why Dusty")
        terminal.wait_for(r"Dusty has withdrawn: it does nothing")
        self.assertIsNone(re.search(r"^> \w+ +-?\d", re.sub(r"\r+", "\n", terminal.plain()), re.M))

    def test_names_each_action_s_best_continuation(self):
        terminal = Terminal("run", MEADOW, "--hz", "50", "--steps", "100000")
        self.addCleanup(terminal.close)
        terminal.wait_for(r"steps/s")
        terminal.type("why Momo")
        terminal.wait_for(r"most likely next: \w+ \d+%")
        shown = re.sub(r"\s+", " ", terminal.plain())
        courses = re.search(r"best course(?: \(.*?\))?: (.*?) info", shown).group(1).split("; ")
        actions = re.findall(r"^[> ] (\w+)(?: +-?\d+\.\d\d)+", re.sub(r"\r+", "\n", terminal.plain()), re.M)
        self.assertEqual([course.split(", ")[0] for course in courses], actions)
        self.assertEqual([len(course.split(", ")) for course in courses], [2] * 3 + [1] * (len(courses) - 3))

    def test_terms_add_up_to_the_score_of_each_action(self):
        terminal = Terminal("run", MEADOW, "--hz", "50", "--steps", "100000", "--input", WEEK)
        self.addCleanup(terminal.close)
        terminal.wait_for(r"steps/s")
        terminal.read(0.5)
        for pet, actions in (("Momo", 8), ("Bello", 9), ("#60", 9)):
            terminal.type("why " + pet)
            terminal.wait_for(r"most likely next: \w+ \d+%")
            shown = re.sub(r"\r+", "\n", terminal.plain())
            rows = re.findall(r"^([> ]) (\w+)((?: +-?\d+\.\d\d)+) +(\d+)%$", shown, re.M)
            self.assertEqual(len(rows), actions, shown)
            self.assertEqual(sum(mark == ">" for mark, *_ in rows), 1)
            scores = []
            for _, action, numbers, _ in rows:
                *terms, score = [round(float(number) * 100) for number in numbers.split()]
                self.assertEqual(len(terms), 8)
                self.assertEqual(sum(terms), score, f"{pet} {action}")
                scores.append(score)
            for looked_at in (scores[:3], scores[3:]):  # further, and once
                self.assertEqual(looked_at, sorted(looked_at, reverse=True))
            self.assertLessEqual(abs(sum(int(p) for *_, p in rows) - 100), len(rows))
            chosen = next(action for mark, action, *_ in rows if mark == ">")
            self.assertIn(f"chose to {chosen}", re.sub(r"\s+", " ", shown))
            for line in shown.split("\n"):
                self.assertLessEqual(len(line), 80)


if __name__ == "__main__":
    main()
