// `genkai lab train shipped` and `genkai lab eval shipped`: makes the model that ships, and says in numbers
// what it can do.

#include <CLI/CLI.hpp>

#include <cstdio>
#include <memory>

#include "app/command.h"
#include "app/exit_codes.h"
#include "app/fast_products.h"
#include "base/cancellation.h"
#include "base/json.h"
#include "lab/experiment/shipped.h"
#include "lab/experiment/shipped_examination.h"
#include "lab/train/gpu/gpu.h"

namespace genkai::app {
namespace {

namespace lab = genkai::lab::experiment;
namespace train = genkai::lab::train;
namespace gpu = train::gpu;
using base::Json;

struct TrainArguments {
  lab::ShippedOptions options;
  std::string folder = "genkai-shipped", type = "f16", from, device = "cpu";
  bool json = false;
};

Json to_json(const train::AcceleratorSpeed& speed) {
  return Json::object({{"name", speed.device},
                       {"step_seconds", speed.device_seconds},
                       {"threads", speed.threads},
                       {"step_seconds_of_threads", speed.host_seconds},
                       {"times_faster", speed.times()}});
}

int run_train(const TrainArguments& arguments) {
  use_fast_products();
  lab::ShippedOptions options = arguments.options;
  options.folder = arguments.folder;
  options.from = arguments.from;
  options.type = arguments.type == "q8_0"  ? model::native::WeightType::q8_0
                 : arguments.type == "f32" ? model::native::WeightType::f32
                                           : model::native::WeightType::f16;
  options.cancellation = base::cancel_on_signals();
  std::unique_ptr<train::Accelerator> accelerator;
  if (arguments.device != "cpu") {
    auto opened = gpu::open_gpu(arguments.device == "gpu" ? gpu::Kind::gpu : gpu::Kind::any);
    if (!opened) return report(opened.error(), arguments.json);
    accelerator = std::move(*opened);
    options.accelerator = accelerator.get();
  }
  const auto made = lab::train_shipped(options);
  if (!made) return report(made.error(), arguments.json);
  if (arguments.json)
    std::printf("%s\n", Json::object({{"model", made->model.string()},
                                      {"parameters", made->parameters},
                                      {"tokens", made->tokens},
                                      {"steps", made->steps},
                                      {"cpu_seconds", made->cpu_seconds},
                                      {"device", made->speed ? to_json(*made->speed) : Json()},
                                      {"cancelled", made->cancelled}})
                            .dump()
                            .c_str());
  else {
    std::printf("%s: %llu parameters, %.1f million tokens in %llu steps, %.1f CPU-minutes%s\n",
                made->model.c_str(), static_cast<unsigned long long>(made->parameters),
                static_cast<double>(made->tokens) / 1e6, static_cast<unsigned long long>(made->steps),
                made->cpu_seconds / 60, made->cancelled ? "; interrupted, the same command goes on" : "");
    if (made->speed)
      std::printf("A step on %s took %.1f ms, on %zu threads of the processor %.1f ms: %.2g times faster\n",
                  made->speed->device.c_str(), made->speed->device_seconds * 1000, made->speed->threads,
                  made->speed->host_seconds * 1000, made->speed->times());
  }
  return made->cancelled ? kInterrupted : kOk;
}

struct EvalArguments {
  lab::ExaminationOptions options;
  std::string model = "models/genkai-builtin.gguf";
  bool json = false;
};

int run_eval(const EvalArguments& arguments) {
  const auto model = model::native::load_model(arguments.model);
  if (!model) return report(model.error(), arguments.json);
  const auto examination = lab::examine(*model, arguments.options);
  if (!examination) return report(examination.error(), arguments.json);
  if (arguments.json)
    std::printf("%s\n", lab::to_json(*examination).dump().c_str());
  else
    std::fputs(lab::render(*examination).c_str(), stdout);
  return kOk;
}

}  // namespace

void add_lab_train(CLI::App& lab_verb, Action& run) {
  CLI::App* train = lab_verb.add_subcommand("train", "Train a model");
  train->require_subcommand(1);
  auto arguments = std::make_shared<TrainArguments>();
  lab::ShippedOptions& options = arguments->options;
  CLI::App* verb = train->add_subcommand(
      "shipped", "The model that ships with genkai; goes on where an earlier run in the folder stopped");
  verb->add_option("--out", arguments->folder, "Folder of the checkpoints and of model.gguf")
      ->capture_default_str();
  verb->add_option("--seed", options.seed, "Of worlds, weights and samples")->capture_default_str();
  verb->add_option("--threads", options.threads, "0: as many as cores; another number rounds differently")
      ->capture_default_str();
  verb->add_option("--device", arguments->device,
                   "Where steps are done: gpu by OpenCL, any: the first device that OpenCL has")
      ->check(CLI::IsMember({"cpu", "gpu", "any"}))
      ->capture_default_str();
  verb->add_option("--copying-steps", options.copying_steps, "At most, until the gate of copying is passed")
      ->capture_default_str();
  verb->add_option("--reading-steps", options.reading_steps, "At most, until the gate of reading is passed")
      ->capture_default_str();
  verb->add_option("--mixed-steps", options.mixed_steps, "Of everything, at a constant rate")
      ->capture_default_str();
  verb->add_option("--table-steps", options.table_steps, "Mostly of tables, with more layers")
      ->capture_default_str();
  verb->add_option("--thorough-steps", options.thorough_steps, "Of everything again")->capture_default_str();
  verb->add_option("--falling-steps", options.falling_steps, "The same at a falling rate")
      ->capture_default_str();
  verb->add_option("--polishing-steps", options.polishing_steps,
                   "Of harder questions, at a falling rate again")
      ->capture_default_str();
  verb->add_option("--from", arguments->from,
                   "Polish this GGUF model of the same recipe; nothing before is done")
      ->check(CLI::ExistingFile);
  verb->add_option("--type", arguments->type, "How the file holds numbers")
      ->check(CLI::IsMember({"f32", "f16", "q8_0"}))
      ->capture_default_str();
  verb->add_flag("--json", arguments->json, "Print JSON");
  verb->callback([arguments, &run] { run = [arguments] { return run_train(*arguments); }; });
}

void add_lab_eval(CLI::App& lab_verb, Action& run) {
  CLI::App* eval =
      lab_verb.add_subcommand("eval", "Examine a model on questions that its training never saw");
  eval->require_subcommand(1);
  auto arguments = std::make_shared<EvalArguments>();
  CLI::App* verb = eval->add_subcommand("shipped", "The model that ships with genkai");
  verb->add_option("--model", arguments->model, "Its file")->capture_default_str();
  verb->add_option("--each", arguments->options.each, "Questions of a kind")
      ->check(CLI::Range(1, 100'000))
      ->capture_default_str();
  verb->add_option("--seed", arguments->options.seed, "Of the training")->capture_default_str();
  verb->add_flag("--json", arguments->json, "Print JSON");
  verb->callback([arguments, &run] { run = [arguments] { return run_eval(*arguments); }; });
}

}  // namespace genkai::app
