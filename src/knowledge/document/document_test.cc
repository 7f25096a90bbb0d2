#include "knowledge/document/document.h"

#include <gtest/gtest.h>

namespace genkai::knowledge {
namespace {

TEST(DocumentTest, KnowsItsEndings) {
  for (const char* name :
       {"a.txt", "a.md", "a.markdown", "a.html", "a.HTM", "README", "a.txt.gz", "README.gz", "x.jsonl"})
    EXPECT_TRUE(is_document(name)) << name;
  for (const char* name : {"a.png", "a.tar.gz", ".bashrc", "a.7z", "a.jsonl.gz", ""})
    EXPECT_FALSE(is_document(name)) << name;
}

}  // namespace
}  // namespace genkai::knowledge
