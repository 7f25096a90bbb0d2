// The built-in transformer, the laboratory and the context bounds, as their users run them. The model's
// weights are random: what it says is noise, and genkai has to hold against that.

#include <gtest/gtest.h>

#include <set>

#include "lab/train/vocabulary.h"
#include "model/native/model_file.h"
#include "program_rig.h"

namespace genkai {
namespace {

using base::Json;
using test::Output;
namespace native = model::native;

class BuiltinProgramTest : public test::ProgramTest {
 protected:
  std::string random_model() const {
    const native::Vocabulary vocabulary = lab::train::train_vocabulary(
        std::vector<std::string>(
            3, "Why was the log written in pencil? Ink froze in the cold, and pencil did not."),
        {.size = 320});
    const native::Architecture shape{.vocabulary = vocabulary.pieces.size(),
                                     .width = 64,
                                     .layers = 2,
                                     .heads = 4,
                                     .kv_heads = 2,
                                     .hidden = 96,
                                     .context = 4096,
                                     .tied = true};
    const auto path = folder_ / "noise.gguf";
    const auto status = native::save_model(path, shape, native::Weights::random(shape, 3)->tensors(),
                                           vocabulary, {.name = "noise", .description = {}});
    EXPECT_TRUE(status) << status.error().message;
    return "'" + path.string() + "'";
  }
};

TEST_F(BuiltinProgramTest, NoiseIsAskedAndNotBelieved) {
  const std::string ask = "ask 'Why was the log written in pencil?' --docs '" GENKAI_EXAMPLES
                          "/handbook' --json --model builtin:" +
                          random_model();
  const Output output = run(ask);
  ASSERT_TRUE(output.status == 0 || output.status == 2) << output.errors;
  const Json answer = output.json();
  EXPECT_GE(answer.find("cost")->number("model_drafts"), 4) << output.text;
  EXPECT_GT(answer.find("cost")->number("completion_tokens"), 0);
  if (output.status == 0) {
    ASSERT_FALSE(answer.find("answers")->items().empty());
    EXPECT_FALSE(answer.find("answers")->items()[0].find("citations")->items().empty())
        << "only what is quoted";
  }
  EXPECT_FALSE(std::filesystem::exists(folder_ / "home" / "models.json"))
      << "what it can do stands in its file, and is not probed: it would be asked as a model that follows";
  const Json again = run(ask).json();
  EXPECT_EQ(again.string("outcome"), answer.string("outcome")) << "seeded by the question";
}

TEST_F(BuiltinProgramTest, SaysWhatIsWrongWithAModelFile) {
  const std::string docs = "ask 'Why?' --docs '" GENKAI_EXAMPLES "/handbook' --model builtin:";
  const Output missing = run(docs + "nowhere.gguf");
  EXPECT_NE(missing.status, 0);
  EXPECT_NE(missing.errors.find("nowhere.gguf"), std::string::npos) << missing.errors;
  const Output broken = run(docs + file("broken.gguf", "GGUF and no more"));
  EXPECT_NE(broken.status, 0);
  EXPECT_NE(broken.errors.find("broken.gguf"), std::string::npos) << broken.errors;
}

TEST_F(BuiltinProgramTest, AWorldIsWrittenAndAsked) {
  const std::string world = (folder_ / "world").string();
  ASSERT_EQ(
      run("lab world --out '" + world + "' --people 30 --places 20 --companies 20 --works 20 --questions 30")
          .status,
      0);
  std::set<std::string> names;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(world))
    names.insert(entry.path().filename().string());
  EXPECT_TRUE(names.contains("questions.jsonl"));
  EXPECT_TRUE(names.contains("log.jsonl"));
  const std::string questions = test::read_whole(world + "/questions.jsonl");
  ASSERT_FALSE(questions.empty());
  const auto lines =
      run("ask --batch '" + world + "/questions.jsonl' --docs '" + world + "/documents'").lines();
  EXPECT_EQ(lines.size(), 30U);
  for (const Json& line : lines) EXPECT_EQ(line.find("error"), nullptr) << line.dump();
}

TEST_F(BuiltinProgramTest, TheLaboratoryListsWhatItCanRun) {
  const Output listed = run("lab list --json");
  ASSERT_EQ(listed.status, 0) << listed.errors;
  const Json all = listed.json();
  std::set<std::string> names;
  for (const Json& one : all.items()) names.insert(one.string("name"));
  EXPECT_TRUE(names.contains("softmax-crowding"));
  EXPECT_NE(run("lab run nothing").status, 0);
  const Output done = run("lab run softmax-crowding --seeds 1 --out '" + (folder_ / "lab").string() + "'");
  EXPECT_EQ(done.status, 0) << done.text << done.errors;
  EXPECT_TRUE(std::filesystem::exists(folder_ / "lab" / "softmax-crowding.md"));
}

TEST_F(BuiltinProgramTest, ContextIsBoundedWithoutAModel) {
  const Json crowded = run("bound context crowding --tokens 100000 --json").json();
  EXPECT_NE(crowded.dump().find("13.7"), std::string::npos) << crowded.dump();
  EXPECT_EQ(run("bound context encoding").status, 0);
  EXPECT_NE(run("bound context crowding --tokens 100000 --lang ja").text.find("ロジット"), std::string::npos);
  EXPECT_NE(run("bound context cost --tokens 32000").status, 0) << "an architecture is needed";
}

}  // namespace
}  // namespace genkai
