#include "serve/knowledge_api.h"

#include <gmock/gmock.h>
#include <unistd.h>

#include <filesystem>

#include "base/json.h"

namespace genkai::serve {
namespace {

using base::Json;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

// A knowledge base in a folder of its own, served under the path of that folder.
class KnowledgeApiTest : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = (std::filesystem::temp_directory_path() / "genkai_api.XXXXXX").string();
    folder_ = ::mkdtemp(pattern.data());
    name_ = (folder_ / "island").string();
    knowledge::OpenOptions options;
    options.create = true;
    auto base = knowledge::KnowledgeBase::open(name_, options);
    ASSERT_TRUE(base) << base.error().message;
    knowledge::ParsedDocument guide =
        document("guide/ferry 1.md", "Ferry guide", "Harbour office", "2026-01-05");
    for (int i = 0; i < 3; ++i) {
      add(guide, knowledge::Block::Kind::heading, "Part " + std::to_string(i), 10U * i + 1);
      for (int j = 0; j < 40; ++j)
        add(guide, knowledge::Block::Kind::paragraph,
            "Ferry number " + std::to_string(i * 100 + j) +
                " leaves the northern harbour of the island early in the morning and comes back at night.",
            10U * i + 3);
    }
    ASSERT_TRUE((*base)->add(guide));
    auto bus = document("bus.md", "夜行バス", "役場", "");
    bus.info.language = "ja";
    add(bus, knowledge::Block::Kind::paragraph, "夜行バスの運賃は400円です。", 1);
    ASSERT_TRUE((*base)->add(bus));
    ASSERT_TRUE((*base)->commit());
    bases_ = KnowledgeBases::create({name_});
  }
  void TearDown() override {
    bases_.reset();
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
  }

  static knowledge::ParsedDocument document(std::string id, std::string title, std::string source,
                                            std::string date) {
    knowledge::ParsedDocument parsed;
    parsed.info = {std::move(id), std::move(title), std::move(source), std::move(date), "en"};
    return parsed;
  }
  static void add(knowledge::ParsedDocument& parsed, knowledge::Block::Kind kind, std::string text,
                  std::uint32_t line) {
    knowledge::Block block;
    block.kind = kind;
    block.level = kind == knowledge::Block::Kind::heading ? 1 : 0;
    block.text = std::move(text);
    block.line = line;
    parsed.blocks.push_back(std::move(block));
  }

  HttpResponse get(const std::string& path, const std::string& query = "",
                   const std::string& method = "GET") {
    HttpRequest request;
    request.method = method;
    request.path = path;
    request.query = query;
    return base::run_blocking(knowledge_api(request, *bases_, pool_));
  }
  Json json(const std::string& path, const std::string& query = "", int status = 200) {
    const HttpResponse response = get(path, query);
    EXPECT_EQ(response.status, status) << response.body;
    EXPECT_EQ(response.content_type, "application/json");
    auto parsed = Json::parse(response.body);
    EXPECT_TRUE(parsed) << response.body;
    return parsed ? *parsed : Json();
  }
  std::string served() const { return bases_->names().at(0); }
  std::string documents() const { return "/v1/knowledge_bases/" + served() + "/documents"; }
  static std::vector<std::string> ids(const Json& list) {
    std::vector<std::string> found;
    for (const Json& item : list.find("data")->items()) found.push_back(item.string("id"));
    return found;
  }

  base::Path folder_;
  std::string name_;
  std::unique_ptr<KnowledgeBases> bases_;
  base::ThreadPool pool_{1};
};

TEST_F(KnowledgeApiTest, BasesAreListedWithTheirSizes) {
  const Json list = json("/v1/knowledge_bases");
  EXPECT_EQ(list.string("object"), "list");
  EXPECT_THAT(ids(list), ElementsAre(served()));
  const Json& entry = list.find("data")->items().at(0);
  EXPECT_EQ(entry.number("documents"), 2);
  EXPECT_GT(entry.number("passages"), 6);
  EXPECT_EQ(entry.find("languages")->number("ja"), 1);
  EXPECT_NE(entry.string("embedder"), "");
}

TEST_F(KnowledgeApiTest, ABaseThatCannotBeOpenedIsListedWithItsError) {
  bases_ = KnowledgeBases::create({name_, (folder_ / "nothing").string()});
  const Json list = json("/v1/knowledge_bases");
  const auto& data = list.find("data")->items();
  ASSERT_EQ(data.size(), 2U);
  int broken = 0;
  for (const Json& entry : data)
    if (const Json* error = entry.find("error")) {
      ++broken;
      EXPECT_EQ(error->string("code"), "not_found");
    }
  EXPECT_EQ(broken, 1);
}

TEST_F(KnowledgeApiTest, DocumentsAreListedPagedAndSearched) {
  const Json all = json(documents());
  EXPECT_THAT(ids(all), ElementsAre("bus.md", "guide/ferry 1.md"));
  EXPECT_EQ(all.number("total"), 2);
  const Json& ferry = all.find("data")->items().at(1);
  EXPECT_EQ(ferry.string("title"), "Ferry guide");
  EXPECT_EQ(ferry.string("source"), "Harbour office");
  EXPECT_EQ(ferry.string("date"), "2026-01-05");
  EXPECT_EQ(ferry.string("language"), "en");
  EXPECT_GT(ferry.number("passages"), 3);
  const Json second = json(documents(), "offset=1&limit=1");
  EXPECT_THAT(ids(second), ElementsAre("guide/ferry 1.md"));
  EXPECT_EQ(second.number("total"), 2);
  EXPECT_THAT(ids(json(documents(), "q=%E5%A4%9C%E8%A1%8C")), ElementsAre("bus.md"));
  EXPECT_THAT(ids(json(documents(), "q=no+such")), IsEmpty());
}

TEST_F(KnowledgeApiTest, ADocumentIsReadInPartsWithoutLossOrRepetition) {
  const std::string path = documents() + "/guide/ferry 1.md";
  const Json whole = json(path, "limit=500");
  EXPECT_EQ(whole.string("title"), "Ferry guide");
  std::vector<std::string> headings, texts, parts;
  std::vector<std::int64_t> passages;
  for (const Json& section : whole.find("sections")->items()) {
    headings.push_back(section.string("heading"));
    for (const Json& passage : section.find("passages")->items()) {
      texts.push_back(passage.string("text"));
      passages.push_back(passage.find("id")->as_int());
      EXPECT_GT(passage.number("line"), 0);
    }
  }
  EXPECT_THAT(headings, ElementsAre("Part 0", "Part 1", "Part 2"));
  EXPECT_EQ(texts.size(), static_cast<std::size_t>(whole.number("passages")));
  EXPECT_EQ(texts.at(0).substr(0, 14), "Ferry number 0");
  for (std::size_t offset = 0; offset < texts.size(); offset += 3) {
    const Json part = json(path, "limit=3&offset=" + std::to_string(offset));
    for (const Json& section : part.find("sections")->items())
      for (const Json& passage : section.find("passages")->items()) parts.push_back(passage.string("text"));
  }
  EXPECT_EQ(parts, texts);
  EXPECT_THAT(json(path, "offset=99999").find("sections")->items(), IsEmpty());

  const Json at = json(path, "limit=2&passage=" + std::to_string(passages.at(5)));
  EXPECT_EQ(at.number("offset"), 4) << "the part that holds the passage";
  EXPECT_EQ(at.find("sections")->items().back().find("passages")->items().back().find("id")->as_int(),
            passages.at(5));
}

TEST_F(KnowledgeApiTest, ErrorsNameWhatIsWrong) {
  const auto error = [](const Json& body) -> const Json& { return *body.find("error"); };
  const Json limit = json(documents(), "limit=0", 400);
  EXPECT_EQ(error(limit).string("param"), "limit");
  EXPECT_EQ(error(limit).string("type"), "invalid_request_error");
  EXPECT_EQ(error(json(documents(), "limit=501", 400)).string("param"), "limit");
  EXPECT_EQ(error(json(documents(), "offset=-1", 400)).string("param"), "offset");
  EXPECT_EQ(error(json(documents(), "offset=1x", 400)).string("param"), "offset");
  EXPECT_EQ(error(json(documents() + "/bus.md", "passage=x", 400)).string("param"), "passage");
  json(documents() + "/bus.md", "passage=1", 404);  // of the other document
  json(documents() + "/missing.md", "", 404);
  json("/v1/knowledge_bases/other/documents", "", 404);
  json("/v1/knowledge_bases/" + served(), "", 404);
  json("/v1/knowledge_basesandmore", "", 404);
  json("/v1/knowledge_bases/../documents", "", 404);
  const HttpResponse post = get("/v1/knowledge_bases", "", "POST");
  EXPECT_EQ(post.status, 405);
  EXPECT_THAT(post.headers, ::testing::Contains(::testing::Pair("allow", "GET, HEAD")));
}

}  // namespace
}  // namespace genkai::serve
