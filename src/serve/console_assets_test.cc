#include "serve/console_assets.h"

#include <gmock/gmock.h>

#include <regex>
#include <set>
#include <string>

namespace genkai::serve {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

std::string header(const HttpResponse& response, std::string_view name) {
  for (const auto& [key, value] : response.headers)
    if (key == name) return value;
  return {};
}

// Every file that the page reaches from /, by the paths written in it.
std::set<std::string> reachable() {
  std::set<std::string> found, open = {"/"};
  const std::regex reference(R"re((?:href|src)="(/[^"]*)"|from '\./([a-z_]+\.js)')re");
  while (!open.empty()) {
    const std::string path = *open.begin();
    open.erase(open.begin());
    if (!found.insert(path).second) continue;
    const auto asset = console_asset(path, "");
    if (!asset) {
      ADD_FAILURE() << path << " is referred to and not served";
      continue;
    }
    for (std::sregex_iterator at(asset->body.begin(), asset->body.end(), reference), end; at != end; ++at)
      open.insert((*at)[1].matched ? (*at)[1].str() : "/console/" + (*at)[2].str());
  }
  return found;
}

TEST(ConsoleAssetsTest, ThePageAndAllThatItRefersToIsServed) {
  const auto page = console_asset("/", "");
  ASSERT_TRUE(page);
  EXPECT_EQ(page->status, 200);
  EXPECT_EQ(page->content_type, "text/html; charset=utf-8");
  EXPECT_THAT(page->body, HasSubstr("<!doctype html>"));
  const std::set<std::string> files = reachable();
  EXPECT_EQ(files.count("/console/style.css"), 1U);
  EXPECT_EQ(files.count("/console/icon.svg"), 1U);
  EXPECT_EQ(files.count("/console/strings.js"), 1U);
  std::size_t bytes = 0;
  for (const std::string& path : files) bytes += console_asset(path, "")->body.size();
  EXPECT_LT(bytes, 96U * 1024U) << "the page stays small enough for any line";
}

TEST(ConsoleAssetsTest, EachFileHasItsTypeAndTheStrictHeaders) {
  for (const std::string& path : reachable()) {
    SCOPED_TRACE(path);
    const auto asset = console_asset(path, "");
    ASSERT_TRUE(asset);
    const std::string_view type = path == "/"              ? "text/html; charset=utf-8"
                                  : path.ends_with(".js")  ? "text/javascript; charset=utf-8"
                                  : path.ends_with(".css") ? "text/css; charset=utf-8"
                                                           : "image/svg+xml";
    EXPECT_EQ(asset->content_type, type);
    EXPECT_EQ(header(*asset, "x-content-type-options"), "nosniff");
    EXPECT_EQ(header(*asset, "referrer-policy"), "no-referrer");
    const std::string policy = header(*asset, "content-security-policy");
    EXPECT_THAT(policy,
                HasSubstr("default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
                          "img-src 'self' data:; base-uri 'none'; form-action 'none'; "
                          "frame-ancestors 'none'"));
    EXPECT_THAT(policy, Not(HasSubstr("unsafe")));
  }
}

TEST(ConsoleAssetsTest, NothingIsLoadedFromElsewhereAndNoTextBecomesMarkup) {
  for (const std::string& path : reachable()) {
    SCOPED_TRACE(path);
    const std::string body = console_asset(path, "")->body;
    EXPECT_THAT(body, Not(HasSubstr("https://")));
    EXPECT_THAT(body, Not(HasSubstr("@import")));
    for (const char* sink :
         {"innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "srcdoc"})
      EXPECT_THAT(body, Not(HasSubstr(sink)));
  }
}

TEST(ConsoleAssetsTest, AKnownTagGetsNoBody) {
  const auto first = console_asset("/console/app.js", "");
  ASSERT_TRUE(first);
  const std::string tag = header(*first, "etag");
  ASSERT_FALSE(tag.empty());
  for (const std::string& known : {tag, "W/" + tag, "\"other\", " + tag, std::string("*")}) {
    const auto again = console_asset("/console/app.js", known);
    ASSERT_TRUE(again);
    EXPECT_EQ(again->status, 304) << known;
    EXPECT_EQ(again->body, "");
    EXPECT_EQ(header(*again, "etag"), tag);
  }
  EXPECT_EQ(console_asset("/console/app.js", "\"other\"")->status, 200);
  EXPECT_NE(header(*console_asset("/", ""), "etag"), tag);
}

TEST(ConsoleAssetsTest, OtherPathsAreNotItsOwn) {
  for (const char* path : {"", "/index.html", "/console", "/console/", "/console/../app.js",
                           "/console/none.js", "/v1/models", "/console/app.js/"})
    EXPECT_FALSE(console_asset(path, "")) << path;
}

}  // namespace
}  // namespace genkai::serve
