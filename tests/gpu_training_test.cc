// Training on a device of OpenCL beside the host: the same gradients, and runs that give the same bytes
// again. Any device does, so that the tests run where there is no GPU: Debian's pocl-opencl-icd makes the
// processor one.
#include <gtest/gtest.h>
#include <stdlib.h>

#include <cmath>
#include <filesystem>
#include <functional>
#include <numeric>

#include "base/file.h"
#include "lab/train/decoder.h"
#include "lab/train/gpu/gpu.h"
#include "lab/train/gpu/gpu_tape.h"
#include "lab/train/trainer.h"

namespace genkai::lab::train {
namespace {

using Build = std::function<Value(Tape&)>;

class GpuTest : public ::testing::Test {
 protected:
  void SetUp() override {
    auto opened = gpu::Device::open(gpu::Kind::any);
    if (!opened && opened.error().code == base::Code::not_found)
      GTEST_SKIP() << "skipped: " << opened.error().message;
    ASSERT_TRUE(opened) << opened.error().message;
    device_ = std::move(*opened);
  }

  ParameterId random(const char* name, std::size_t rows, std::size_t cols) {
    const ParameterId id = parameters_.add(name, rows, cols);
    parameters_.fill_normal(id, 1, rng_);
    return id;
  }

  /// The gradient of each parameter there and here, relative to the largest of its matrix: single precision
  /// and other orders of sums leave 1e-5 or so.
  void expect_host_gradients(const Parameters& parameters, const Build& build) {
    const auto whole = [&](Tape& tape) {
      const Value out = build(tape);
      if (tape.rows(out) * tape.cols(out) == 1) return out;
      base::Rng rng(99);
      std::vector<float> factors(tape.rows(out) * tape.cols(out));
      for (float& f : factors) f = static_cast<float>(rng.normal());
      return tape.sum(tape.multiply(out, tape.constant(factors, tape.rows(out), tape.cols(out))));
    };
    const std::size_t n = parameters.values().size();
    Floats host(n), there(n);
    HostTape host_tape(parameters, host);
    const Value host_loss = whole(host_tape);
    host_tape.backward(host_loss);
    gpu::Mirror mirror{device_->keep(parameters.values()), device_->floats(n)};
    device_->zero(mirror.gradients, n);
    gpu::GpuTape tape(*device_, parameters, mirror);
    const Value loss = whole(tape);
    tape.backward(loss);
    device_->read(mirror.gradients, there.data(), n);
    const float value = tape.value(loss)[0], wanted = host_tape.value(host_loss)[0];
    ASSERT_TRUE(device_->status()) << device_->status().error().message;
    EXPECT_NEAR(value, wanted, 1e-4F * std::max(1.0F, std::abs(wanted)));
    for (const Parameters::Entry& entry : parameters.entries()) {
      float largest = 0;
      for (std::size_t i = 0; i < entry.size(); ++i)
        largest = std::max(largest, std::abs(host[entry.offset + i]));
      ASSERT_GT(largest, 0) << entry.name << " changes nothing";
      for (std::size_t i = 0; i < entry.size(); ++i)
        ASSERT_NEAR(there[entry.offset + i], host[entry.offset + i], 1e-4F * largest)
            << entry.name << " at " << i;
    }
  }

  std::unique_ptr<gpu::Device> device_;
  Parameters parameters_;
  base::Rng rng_{7};
};

TEST_F(GpuTest, Products) {
  // Whole tiles, parts of tiles, and sums long enough to be cut into parts.
  for (const auto& [n, inner, m] :
       {std::array<std::size_t, 3>{64, 64, 64}, {3, 5, 7}, {700, 130, 65}, {1, 900, 2}}) {
    parameters_ = {};
    const ParameterId x = random("x", n, inner), w = random("w", m, inner), b = random("b", inner, m);
    expect_host_gradients(parameters_, [&](Tape& t) {
      return t.add(t.linear(t.parameter(x), t.parameter(w)), t.matmul(t.parameter(x), t.parameter(b)));
    });
  }
}

TEST_F(GpuTest, OneByOne) {
  const ParameterId x = random("x", 5, 37), y = random("y", 5, 37), bias = random("bias", 1, 37);
  for (const Activation kind : {Activation::silu, Activation::gelu, Activation::relu})
    expect_host_gradients(parameters_, [&](Tape& t) {
      const Value both = t.swiglu(t.activate(kind, t.parameter(x)), t.scale(t.parameter(y), 0.3F));
      return t.add_bias(t.multiply(both, t.add(t.parameter(x), t.parameter(x))), t.parameter(bias));
    });
}

TEST_F(GpuTest, Norms) {
  const ParameterId x = random("x", 130, 70), gain = random("gain", 1, 70), bias = random("bias", 1, 70);
  expect_host_gradients(parameters_, [&](Tape& t) {
    return t.rms_norm(t.layer_norm(t.parameter(x), t.parameter(gain), t.parameter(bias)), t.parameter(gain));
  });
}

TEST_F(GpuTest, LookedUpRowsPositionsAndConvolution) {
  const ParameterId table = random("table", 4, 16);
  const std::vector<TokenId> tokens = {3, 1, 3, 0, 2, 3, 1, 0, 0};
  const std::vector<std::int32_t> positions = {0, 1, 2, 3, 0, 1, 2, 3, 40};
  const Segments segments = {0, 4, 9};
  expect_host_gradients(parameters_, [&](Tape& t) {
    const Value x = t.embed(t.parameter(table), tokens);
    return t.unfold(t.rope(x, 8, positions), segments, 3);
  });
}

TEST_F(GpuTest, Attention) {
  struct Case {
    std::size_t heads, kv_heads, size;
    bool alibi;
    double log_n_base;
  };
  const Segments segments = {0, 1, 150, 163};
  for (const Case& c : {Case{4, 2, 8, false, 0}, Case{2, 2, 32, true, 0}, Case{2, 1, 96, false, 64},
                        Case{3, 1, 7, true, 8}}) {
    parameters_ = {};
    const ParameterId q = random("q", 163, c.heads * c.size), k = random("k", 163, c.kv_heads * c.size),
                      v = random("v", 163, c.kv_heads * c.size);
    const AttentionOptions options{c.heads, c.kv_heads, c.size, c.alibi, c.log_n_base};
    expect_host_gradients(parameters_, [&](Tape& t) {
      return t.attention(t.parameter(q), t.parameter(k), t.parameter(v), segments, options);
    });
  }
}

TEST_F(GpuTest, WholeModels) {
  for (const Positions positions :
       {Positions::rope, Positions::alibi, Positions::learned, Positions::sinusoidal})
    for (const bool llama : {true, false}) {
      DecoderOptions options;
      options.shape = {.vocabulary = 90,
                       .width = 24,
                       .layers = 2,
                       .heads = 2,
                       .kv_heads = llama ? 1U : 2U,
                       .hidden = 40,
                       .context = 16,
                       .tied = llama};
      options.positions = positions;
      options.norm = llama ? Norm::rms : Norm::layer;
      options.feed_forward = llama ? FeedForward::swiglu : FeedForward::gelu;
      options.neighbours = positions == Positions::alibi ? 3 : 1;
      Decoder decoder(options, 3);
      Batch batch;
      for (int s = 0; s < 12; ++s) {
        Sample sample;
        for (int i = 0; i < 14; ++i) {
          sample.tokens.push_back(static_cast<TokenId>(rng_.below(90)));
          sample.weights.push_back(i % 3 == 0 ? 0.0F : 0.5F);
        }
        append(batch, sample);
      }
      expect_host_gradients(decoder.parameters(), [&](Tape& t) { return decoder.loss(t, batch); });
    }
}

TEST_F(GpuTest, MemoryThatIsNotThereIsAnError) {
  device_->floats(std::size_t{1} << 46);
  ASSERT_FALSE(device_->status());
  EXPECT_EQ(device_->status().error().code, base::Code::resource_exhausted);
  float unread = 5;
  device_->read(0, &unread, 1);  // nothing is done any more
  EXPECT_EQ(unread, 5);
}

/// Four random letters, then the same four again.
struct Copies : Source {
  Sample sample(const Moment& moment, std::size_t place) const override {
    base::Rng rng(moment.step * 1000 + place);
    Sample out{.tokens = {1}, .weights = {0}};
    for (std::size_t i = 0; i < 8; ++i) {
      out.tokens.push_back(i < 4 ? static_cast<TokenId>(4 + rng.below(6)) : out.tokens[i - 3]);
      out.weights.push_back(i < 4 ? 0.0F : 1.0F);
    }
    return out;
  }
};

class GpuTrainingTest : public ::testing::Test {
 protected:
  void SetUp() override {
    auto opened = gpu::open_gpu(gpu::Kind::any);
    if (!opened && opened.error().code == base::Code::not_found)
      GTEST_SKIP() << "skipped: " << opened.error().message;
    ASSERT_TRUE(opened) << opened.error().message;
    gpu_ = std::move(*opened);
    std::string name = (std::filesystem::temp_directory_path() / "genkai_gpu_XXXXXX").string();
    ASSERT_NE(::mkdtemp(name.data()), nullptr);
    folder_ = name;
  }
  void TearDown() override {
    if (!folder_.empty()) std::filesystem::remove_all(folder_);
  }

  static Decoder tiny() {
    return {{.shape = {.vocabulary = 10,
                       .width = 32,
                       .layers = 2,
                       .heads = 2,
                       .kv_heads = 1,
                       .hidden = 48,
                       .context = 16,
                       .tied = true}},
            1};
  }
  TrainerOptions to(std::uint64_t steps, const std::string& checkpoint) {
    TrainerOptions options;
    options.steps = steps;
    options.samples = 16;
    options.threads = 2;
    options.schedule = {.rate = 3e-3, .warm_up = 10};
    options.progress = false;
    options.accelerator = gpu_.get();
    options.checkpoint = folder_ / checkpoint;
    return options;
  }
  std::string bytes(const std::string& name) {
    return base::read_file(folder_ / name).value_or("unreadable: " + name);
  }

  std::unique_ptr<Accelerator> gpu_;
  base::Path folder_;
};

TEST_F(GpuTrainingTest, LearnsAsTheHostDoes) {
  std::vector<double> there, here;
  Decoder one = tiny(), other = tiny();
  TrainerOptions options = to(60, "there");
  options.on_step = [&](const StepResult& step) { there.push_back(step.loss); };
  const auto report = train(one, Copies(), options);
  ASSERT_TRUE(report) << report.error().message;
  ASSERT_TRUE(report->speed);
  EXPECT_EQ(report->speed->device, gpu_->name());
  EXPECT_GT(report->speed->host_seconds, 0);
  EXPECT_GT(report->speed->device_seconds, 0);
  options.accelerator = nullptr;
  options.checkpoint = folder_ / "here";
  options.on_step = [&](const StepResult& step) { here.push_back(step.loss); };
  const auto host = train(other, Copies(), options);
  ASSERT_TRUE(host) << host.error().message;
  EXPECT_FALSE(host->speed);
  ASSERT_EQ(there.size(), here.size());
  for (std::size_t i = 0; i < here.size(); ++i) EXPECT_NEAR(there[i], here[i], 1e-3) << "step " << i;
  EXPECT_LT(there.back(), 0.8 * there.front());
  for (std::size_t i = 0; i < one.parameters().values().size(); ++i)
    ASSERT_NEAR(one.parameters().values()[i], other.parameters().values()[i], 1e-2);
}

TEST_F(GpuTrainingTest, TheSameBytesAgainAndWhenTakenUpAgain) {
  for (const char* name : {"once", "again"}) {
    Decoder decoder = tiny();
    ASSERT_TRUE(train(decoder, Copies(), to(30, name)));
  }
  EXPECT_EQ(bytes("once"), bytes("again"));
  for (const std::uint64_t steps : {11, 30}) {
    Decoder decoder = tiny();
    const auto report = train(decoder, Copies(), to(steps, "halves"));
    ASSERT_TRUE(report);
    EXPECT_EQ(report->resumed_at, steps == 30 ? 11U : 0U);
  }
  EXPECT_EQ(bytes("once"), bytes("halves"));
}

TEST_F(GpuTrainingTest, TheGateSeesWhatWasLearnt) {
  Decoder decoder = tiny();
  const std::vector<float> before(decoder.parameters().values().begin(), decoder.parameters().values().end());
  TrainerOptions options = to(4, "gated");
  options.gate_every = 2;
  int asked = 0;
  options.gate = [&](const Moment& moment) {
    ++asked;
    EXPECT_FALSE(std::ranges::equal(decoder.parameters().values(), before));
    return Gate{.metrics = {}, .stop = moment.step == 2};
  };
  const auto report = train(decoder, Copies(), options);
  ASSERT_TRUE(report);
  EXPECT_EQ(asked, 1);
  EXPECT_TRUE(report->stopped);
}

TEST_F(GpuTrainingTest, ASampleThatDoesNotFitIsAnError) {
  struct Outside : Source {
    Sample sample(const Moment&, std::size_t) const override {
      return {.tokens = {1, 99}, .weights = {0, 1}};
    }
  };
  Decoder decoder = tiny();
  const auto report = train(decoder, Outside(), to(2, "outside"));
  ASSERT_FALSE(report);
  EXPECT_EQ(report.error().code, base::Code::invalid_argument);
}

TEST(NoGpuTest, IsAnErrorThatSaysWhatToDo) {
  const auto opened = gpu::open_gpu(gpu::Kind::gpu);
  if (opened) GTEST_SKIP() << "skipped: there is one, " << (*opened)->name();
  EXPECT_EQ(opened.error().code, base::Code::not_found);
  EXPECT_NE(opened.error().hint.find("without a GPU"), std::string::npos);
}

}  // namespace
}  // namespace genkai::lab::train
