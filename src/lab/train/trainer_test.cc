// Training as a whole: it learns, it gives the same bytes again, and a kill -9 costs it nothing.
#include "lab/train/trainer.h"

#include <gtest/gtest.h>
#include <spawn.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <thread>

#include "lab/train/checkpoint.h"
#include "lab/train/decoder.h"

extern char** environ;

namespace genkai::lab::train {
namespace {

constexpr TokenId kStop = 2;

/// Four random letters, then the same four again; the loss is on the repetition. In stage 1 on everything.
struct Copies : Source {
  Sample sample(const Moment& moment, std::size_t place) const override {
    base::Rng rng(moment.step * 1000 + place);
    Sample out{.tokens = {1}, .weights = {0}};
    for (std::size_t i = 0; i < 8; ++i) {
      out.tokens.push_back(i < 4 ? static_cast<TokenId>(4 + rng.below(6)) : out.tokens[i - 3]);
      out.weights.push_back(i < 4 && moment.stage == 0 ? 0.0F : 1.0F);
    }
    out.tokens.push_back(kStop);
    out.weights.push_back(1);
    return out;
  }
};

DecoderOptions tiny() {
  return {.shape = {.vocabulary = 10,
                    .width = 32,
                    .layers = 2,
                    .heads = 2,
                    .kv_heads = 1,
                    .hidden = 48,
                    .context = 16,
                    .tied = true}};
}

TrainerOptions quiet(std::uint64_t steps) {
  TrainerOptions options;
  options.steps = steps;
  options.samples = 10;
  options.threads = 2;
  options.schedule = {.rate = 3e-3, .warm_up = 10};
  options.progress = false;
  return options;
}

class TrainerTest : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string name = (std::filesystem::temp_directory_path() / "genkai_train_XXXXXX").string();
    ASSERT_NE(::mkdtemp(name.data()), nullptr);
    folder_ = name;
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }
  std::string bytes(const base::Path& path) {
    return base::read_file(path).value_or("unreadable: " + path.string());
  }
  /// The checkpoint of an uninterrupted run.
  std::string whole_run(std::uint64_t steps) {
    Decoder decoder(tiny(), 1);
    TrainerOptions options = quiet(steps);
    options.checkpoint = folder_ / "whole";
    EXPECT_TRUE(train(decoder, Copies(), options).has_value());
    return bytes(options.checkpoint);
  }
  base::Path folder_;
};

#if defined(__SANITIZE_THREAD__) || defined(__SANITIZE_ADDRESS__)
constexpr bool kSlow = true;
#else
constexpr bool kSlow = false;
#endif

TEST_F(TrainerTest, LearnsToCopyAndAnswersWhatItsScoreSays) {
  if (kSlow) GTEST_SKIP() << "learning takes minutes under a sanitizer; the arithmetic is the same";
  Decoder decoder(tiny(), 1);
  TrainerOptions options = quiet(1500);
  options.samples = 32;
  std::vector<Sample> held_out;
  for (std::size_t i = 0; i < 50; ++i) held_out.push_back(Copies().sample({.step = 1U << 30}, i));
  const auto copied = [&] {
    const Score s = score(decoder, held_out);
    return static_cast<double>(s.exact) / static_cast<double>(s.samples);
  };
  EXPECT_LT(copied(), 0.1);
  options.gate = [&](const Moment&) {
    return Gate{.metrics = {{"copy", copied()}}, .stop = copied() > 0.97};
  };
  const auto report = train(decoder, Copies(), options);
  ASSERT_TRUE(report) << report.error().message;
  EXPECT_TRUE(report->stopped) << "copied " << copied();
  EXPECT_LT(report->reached.step, options.steps);
  EXPECT_GT(copied(), 0.97);
  // Greedy decoding from the prompt alone gives exactly the answers that the score counts.
  std::vector<std::vector<TokenId>> prompts;
  for (const Sample& s : held_out) prompts.emplace_back(s.tokens.begin(), s.tokens.begin() + 5);
  const auto answers = greedy(decoder, prompts, {.most = 8, .stop = kStop, .at_once = 7});
  std::size_t exact = 0;
  for (std::size_t i = 0; i < prompts.size(); ++i)
    exact += answers[i] == std::vector<TokenId>(held_out[i].tokens.begin() + 5, held_out[i].tokens.end() - 1)
                 ? 1
                 : 0;
  EXPECT_EQ(exact, score(decoder, held_out).exact);
}

TEST_F(TrainerTest, TheSameRunGivesTheSameBytes) {
  EXPECT_EQ(whole_run(12), whole_run(12));  // the second takes up the finished checkpoint
  const std::string first = bytes(folder_ / "whole");
  std::filesystem::remove(folder_ / "whole");
  EXPECT_EQ(whole_run(12), first);
}

TEST_F(TrainerTest, AStoppedRunGoesOnToTheSameBytes) {
  Decoder decoder(tiny(), 1);
  TrainerOptions options = quiet(20);
  options.checkpoint = folder_ / "run";
  options.on_step = [&](const StepResult& step) {
    if (step.moment.step == 6) options.cancellation.cancel();
  };
  const auto stopped = train(decoder, Copies(), options);
  ASSERT_TRUE(stopped) << stopped.error().message;
  EXPECT_TRUE(stopped->cancelled);
  EXPECT_EQ(stopped->reached.step, 7U);
  Decoder fresh(tiny(), 1);
  TrainerOptions again = quiet(20);
  again.checkpoint = options.checkpoint;
  const auto report = train(fresh, Copies(), again);
  ASSERT_TRUE(report) << report.error().message;
  EXPECT_EQ(report->resumed_at, 7U);
  EXPECT_GE(report->cpu_seconds, stopped->cpu_seconds);
  EXPECT_EQ(bytes(options.checkpoint), whole_run(20));
}

constexpr std::uint64_t kKilledSteps = kSlow ? 60 : 400;

/// What AKillCostsNothing runs in a process of its own.
TEST_F(TrainerTest, DISABLED_TrainsInAChild) {
  Decoder decoder(tiny(), 1);
  TrainerOptions options = quiet(kKilledSteps);
  options.checkpoint = std::getenv("GENKAI_TEST_CHECKPOINT");
  options.checkpoint_every = 1;
  ASSERT_TRUE(train(decoder, Copies(), options).has_value());
}

/// Changes with each checkpoint, which is written beside and renamed.
ino_t inode(const base::Path& path) {
  struct stat status {};
  return ::stat(path.c_str(), &status) == 0 ? status.st_ino : 0;
}

TEST_F(TrainerTest, AKillCostsNothing) {
  const base::Path path = folder_ / "killed";
  ::setenv("GENKAI_TEST_CHECKPOINT", path.c_str(), 1);
  base::Rng rng(static_cast<std::uint64_t>(::getpid()));
  int kills = 0, status = 0;
  for (bool done = false; !done;) {
    const char* arguments[] = {"lab_train_test", "--gtest_filter=*DISABLED_TrainsInAChild",
                               "--gtest_also_run_disabled_tests", nullptr};
    pid_t child = 0;
    ASSERT_EQ(
        ::posix_spawn(&child, "/proc/self/exe", nullptr, nullptr, const_cast<char**>(arguments), environ), 0);
    // Eight kills, each at some moment after this run's first checkpoint; then it is let end.
    const ino_t before = inode(path);
    pid_t ended = 0;
    while ((ended = ::waitpid(child, &status, WNOHANG)) == 0 && (kills == 8 || inode(path) == before))
      std::this_thread::sleep_for(std::chrono::microseconds(200));
    if (ended == 0) {
      std::this_thread::sleep_for(std::chrono::microseconds(rng.below(kSlow ? 20'000 : 5'000)));
      ::kill(child, SIGKILL);
      ASSERT_EQ(::waitpid(child, &status, 0), child);
      if (WIFSIGNALED(status)) ++kills;
    }
    done = WIFEXITED(status);
  }
  EXPECT_EQ(WEXITSTATUS(status), 0);
  EXPECT_GT(kills, 0);
  EXPECT_EQ(bytes(path), whole_run(kKilledSteps));
}

TEST_F(TrainerTest, StagesAreCountedAndKept) {
  std::vector<Moment> seen;
  const auto run = [&](std::uint64_t steps) {
    Decoder decoder(tiny(), 1);
    TrainerOptions options = quiet(steps);
    options.checkpoint = folder_ / "staged";
    options.gate_every = 2;
    options.gate = [](const Moment& m) {
      return Gate{.metrics = {}, .next_stage = m.stage == 0 && m.step == 4};
    };
    options.on_step = [&](const StepResult& step) { seen.push_back(step.moment); };
    ASSERT_TRUE(train(decoder, Copies(), options).has_value());
  };
  run(5);
  run(7);
  ASSERT_EQ(seen.size(), 7U);
  EXPECT_EQ(seen[3].stage, 0U);
  EXPECT_EQ(seen[4].stage, 1U);
  EXPECT_EQ(seen[4].stage_step, 0U);
  EXPECT_EQ(seen[6].stage, 1U);
  EXPECT_EQ(seen[6].stage_step, 2U);
}

TEST_F(TrainerTest, SaysWhatIsWrong) {
  struct Fixed : Source {
    Sample one;
    Sample sample(const Moment&, std::size_t) const override { return one; }
  };
  const auto code = [&](Sample sample, TrainerOptions options) {
    Decoder decoder(tiny(), 1);
    Fixed source;
    source.one = std::move(sample);
    const auto report = train(decoder, source, options);
    return report ? "trained" : std::string(base::to_string(report.error().code));
  };
  const Sample good{{1, 5, 6}, {0, 1, 1}};
  EXPECT_EQ(code(good, quiet(1)), "trained");
  EXPECT_EQ(code({{1, 5, 6}, {0, 1}}, quiet(1)), "invalid_argument");
  EXPECT_EQ(code({{1, 5, 10}, {0, 1, 1}}, quiet(1)), "invalid_argument");
  EXPECT_EQ(code({{1, -1, 3}, {0, 1, 1}}, quiet(1)), "invalid_argument");
  EXPECT_EQ(code({{1, 5, 6}, {1, 0, 0}}, quiet(1)), "invalid_argument");
  EXPECT_EQ(code({}, quiet(1)), "invalid_argument");
  TrainerOptions none = quiet(1);
  none.samples = 0;
  EXPECT_EQ(code(good, none), "invalid_argument");
  TrainerOptions wild = quiet(50);
  wild.schedule = {.rate = 1e30, .warm_up = 0};
  EXPECT_EQ(code(good, wild), "internal");
}

TEST_F(TrainerTest, ADamagedOrForeignCheckpointIsRefused) {
  const std::string whole = whole_run(2);
  const auto code = [&](const std::string& content, const DecoderOptions& shape) {
    Decoder decoder(shape, 1);
    TrainerOptions options = quiet(4);
    options.checkpoint = folder_ / "other";
    EXPECT_TRUE(base::write_file_atomically(options.checkpoint, content).has_value());
    const auto report = train(decoder, Copies(), options);
    EXPECT_FALSE(report.has_value());
    EXPECT_EQ(bytes(options.checkpoint), content);  // nothing of it is lost
    return report ? base::Code::internal : report.error().code;
  };
  std::string flipped = whole;
  flipped[whole.size() / 2] ^= 1;
  EXPECT_EQ(code(flipped, tiny()), base::Code::corrupt);
  EXPECT_EQ(code(whole.substr(0, 20), tiny()), base::Code::corrupt);
  EXPECT_EQ(code(whole.substr(0, whole.size() - 64), tiny()), base::Code::corrupt);
  EXPECT_EQ(code(std::string(1000, 'x'), tiny()), base::Code::invalid_argument);
  DecoderOptions wider = tiny();
  wider.shape.hidden = 64;
  EXPECT_EQ(code(whole, wider), base::Code::invalid_argument);
}

TEST(Optimiser, EqualsTheAlgorithm) {
  Parameters parameters;
  const ParameterId matrix = parameters.add("matrix", 3, 7), gain = parameters.add("gain", 1, 5);
  base::Rng rng(1);
  parameters.fill_normal(matrix, 1, rng);
  parameters.fill_normal(gain, 1, rng);
  const AdamW adam{.decay = 0.1};
  const std::size_t n = parameters.values().size();
  Optimiser optimiser(adam, n);
  std::vector<double> value(parameters.values().begin(), parameters.values().end()), m(n), v(n);
  for (std::uint64_t step = 0; step < 5; ++step) {
    Floats gradient(n);
    for (float& g : gradient) g = static_cast<float>(rng.normal());
    optimiser.update(parameters, gradient, 0.5, 0.01, step, 0, n);
    for (const auto& entry : parameters.entries())
      for (std::size_t i = entry.offset; i < entry.offset + entry.size(); ++i) {
        const double g = 0.5 * static_cast<double>(gradient[i]), t = static_cast<double>(step + 1);
        m[i] = adam.beta1 * m[i] + (1 - adam.beta1) * g;
        v[i] = adam.beta2 * v[i] + (1 - adam.beta2) * g * g;
        const double decay = entry.rows > 1 ? adam.decay : 0;
        value[i] -= 0.01 * (m[i] / (1 - std::pow(adam.beta1, t)) /
                                (std::sqrt(v[i] / (1 - std::pow(adam.beta2, t))) + adam.epsilon) +
                            decay * value[i]);
        EXPECT_NEAR(static_cast<double>(parameters.values()[i]), value[i], 1e-5) << entry.name << " " << i;
      }
  }
}

TEST(Optimiser, SchedulesRiseAndFall) {
  const Schedule constant{.rate = 2, .warm_up = 4};
  EXPECT_DOUBLE_EQ(constant.at(0), 0.5);
  EXPECT_DOUBLE_EQ(constant.at(3), 2);
  EXPECT_DOUBLE_EQ(constant.at(1'000'000), 2);
  const Schedule cosine{
      .shape = Schedule::Shape::cosine, .rate = 2, .warm_up = 4, .steps = 104, .least = 0.1};
  EXPECT_DOUBLE_EQ(cosine.at(4), 2);
  EXPECT_NEAR(cosine.at(54), 1.1, 1e-12);
  EXPECT_NEAR(cosine.at(104), 0.2, 1e-12);
  EXPECT_NEAR(cosine.at(500), 0.2, 1e-12);
}

class KeptKeysTest : public ::testing::TestWithParam<Positions> {};

TEST_P(KeptKeysTest, TokenByTokenGivesTheLogitsOfTheWhole) {
  DecoderOptions options = tiny();
  options.positions = GetParam();
  options.log_n_base = 12;
  const Decoder decoder(options, 4);
  const std::vector<std::vector<TokenId>> texts = {{1, 4, 5, 6, 7, 8, 9, 3, 4}, {1, 9, 9, 4, 6, 5, 3, 3, 8}};
  Batch whole;
  for (const auto& text : texts) {
    Sample sample{.tokens = text, .weights = std::vector<float>(text.size(), 1)};
    sample.tokens.push_back(0);
    sample.weights.push_back(1);
    append(whole, sample);
  }
  HostTape tape(decoder.parameters());
  const auto expected = tape.value(decoder.logits(tape, decoder.hidden(tape, whole)));
  KeyCache first, second;
  HostTape step(decoder.parameters());
  for (std::size_t at = 0; at < 9;) {
    const std::size_t fresh = at == 0 ? 4 : 1;
    Batch batch;
    for (const auto& text : texts) {
      for (std::size_t i = at; i < at + fresh; ++i) {
        batch.tokens.push_back(text[i]);
        batch.positions.push_back(static_cast<std::int32_t>(i));
      }
      batch.segments.push_back(batch.rows());
    }
    KeyCache* caches[] = {&first, &second};
    step.reset();
    const auto logits = step.value(decoder.logits(step, decoder.hidden_after(step, batch, caches)));
    for (std::size_t s = 0; s < 2; ++s)
      for (std::size_t i = 0; i < fresh * 10; ++i)
        ASSERT_NEAR(logits[s * fresh * 10 + i], expected[(s * 9 + at) * 10 + i], 1e-4F) << at;
    at += fresh;
  }
}

INSTANTIATE_TEST_SUITE_P(Kinds, KeptKeysTest,
                         ::testing::Values(Positions::rope, Positions::alibi, Positions::sinusoidal,
                                           Positions::learned, Positions::none));

TEST(Decoder, SamplesOfABatchDoNotSeeEachOther) {
  const Decoder decoder(tiny(), 4);
  const auto loss = [&](std::vector<Sample> samples) {
    Batch batch;
    for (const Sample& sample : samples) append(batch, sample);
    HostTape tape(decoder.parameters());
    return tape.value(decoder.loss(tape, batch))[0];
  };
  const Sample a{{1, 5, 6, 7, 5}, {0, 1, 1, 1, 1}}, b{{1, 8, 9, 4}, {0, 1, 2, 1}};
  EXPECT_NEAR(loss({a, b}), loss({a}) + loss({b}), 1e-4F);
  EXPECT_NEAR(loss({a, b}), loss({b, a}), 1e-4F);
}

TEST(Decoder, ADeeperOneIsTheSameFunctionUntilItIsTrained) {
  const std::vector<Sample> samples = {{{1, 5, 6, 7, 5}, {0, 1, 1, 1, 1}}};
  for (const auto& [layers, more] : {std::pair{1U, 3U}, {2U, 2U}, {2U, 5U}, {4U, 6U}})
    for (const Norm norm : {Norm::rms, Norm::layer}) {
      DecoderOptions options = tiny();
      options.shape.layers = layers;
      options.norm = norm;
      const Decoder decoder(options, 4);
      Decoder deeper = decoder.deeper(more, 5);
      EXPECT_EQ(deeper.options().shape.layers, more);
      EXPECT_DOUBLE_EQ(score(deeper, samples).loss, score(decoder, samples).loss);

      Batch batch;
      append(batch, samples[0]);
      std::vector<float> gradients(deeper.parameters().values().size());
      HostTape tape(deeper.parameters(), gradients);
      tape.backward(deeper.loss(tape, batch));
      std::size_t idle = 0, moved = 0;  // matrices that add nothing yet, and those of them with a gradient
      for (ParameterId id = 0; id < deeper.parameters().entries().size(); ++id) {
        const auto zero = [](float v) { return v == 0; };
        if (!deeper.parameters().entry(id).decays() ||
            !std::ranges::all_of(deeper.parameters().matrix(id), zero))
          continue;
        ++idle;
        const auto& entry = deeper.parameters().entry(id);
        moved += std::ranges::all_of(std::span(gradients).subspan(entry.offset, entry.size()), zero) ? 0 : 1;
      }
      EXPECT_EQ(idle, 2 * (more - layers));
      EXPECT_EQ(moved, idle);
    }
}

/// An architecture under study is a few lines: here a convolution over two tokens and no attention.
class Bigrams : public Model {
 public:
  Bigrams() {
    base::Rng rng(1);
    parameters_.fill_normal(table_, 0.3, rng);
    parameters_.fill_normal(kernel_, 0.2, rng);
  }
  Parameters& parameters() override { return parameters_; }
  const Parameters& parameters() const override { return parameters_; }
  std::size_t vocabulary() const override { return 10; }
  Value loss(Tape& tape, const Batch& batch) const override {
    const Value x = tape.embed(tape.parameter(table_), batch.tokens);
    const Value h = tape.activate(Activation::gelu,
                                  tape.linear(tape.unfold(x, batch.segments, 2), tape.parameter(kernel_)));
    return tape.next_token_loss(h, tape.parameter(table_), batch.targets, batch.weights);
  }

 private:
  Parameters parameters_;
  ParameterId table_ = parameters_.add("table", 10, 16), kernel_ = parameters_.add("kernel", 16, 32);
};

TEST(Model, AConvolutionLearnsWhatTwoTokensTell) {
  struct Sums : Source {  // each token is the sum of the two before it, modulo 6
    Sample sample(const Moment& moment, std::size_t place) const override {
      base::Rng rng(moment.step * 100 + place);
      Sample out{{static_cast<TokenId>(rng.below(6)), static_cast<TokenId>(rng.below(6))}, {0, 0}};
      for (std::size_t i = 2; i < 8; ++i) {
        out.tokens.push_back((out.tokens[i - 1] + out.tokens[i - 2]) % 6);
        out.weights.push_back(1);
      }
      return out;
    }
  };
  Bigrams model;
  TrainerOptions options = quiet(kSlow ? 100 : 600);
  options.schedule.rate = 1e-2;
  const auto report = train(model, Sums(), options);
  ASSERT_TRUE(report) << report.error().message;
  EXPECT_LT(report->loss, kSlow ? 1.6 : 0.1);  // guessing among six: ln 6 = 1.79
}

}  // namespace
}  // namespace genkai::lab::train
