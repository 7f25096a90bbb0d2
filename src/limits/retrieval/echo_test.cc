#include "limits/retrieval/echo.h"

#include <gtest/gtest.h>

namespace genkai::limits::retrieval {
namespace {

bool echoes(const std::string& passage, const std::string& question) {
  return find_echo(text::normalise(passage), asked_of(text::normalise(question))).has_value();
}

TEST(EchoTest, TheQuestionAsAStatement) {
  const std::string asked = "who wrote the history of the island ferry";
  for (const char* echo : {"who wrote the history of the island ferry. It was written by Brandt.",
                           "who wrote the history of the island ferry Brandt wrote it in 1970.",
                           "Many ask for books. Who wrote the history of the island ferry. Brandt did.",
                           "Who really wrote the whole history of the island ferry. Brandt did.",
                           "Who wrote the island ferry's history, the long history of the ferry. Brandt.",
                           "Who wrote the history of the island ferry! It was Brandt."})
    EXPECT_TRUE(echoes(echo, asked)) << echo;
}

TEST(EchoTest, JapaneseQuestions) {
  const std::string asked = "島の夏祭りは何年に始まりましたか？";
  EXPECT_TRUE(echoes("島の夏祭りは何年に始まりましたか。島の夏祭りは1930年に始まりました。", asked));
  EXPECT_TRUE(echoes("皆さんこんにちは。島の夏祭りは何年に始まりましたか。1930年です。", asked));
  EXPECT_FALSE(echoes("島の夏祭りは何年に始まりましたか？ 1950年に始まりました。", asked));
  EXPECT_FALSE(echoes("島の夏祭りは1950年に始まりました。毎年八月に開かれます。", asked));
  EXPECT_FALSE(echoes("問1 島の夏祭りは何年に始まりましたか。答え 1950年。", asked));
}

TEST(EchoTest, ListsOfQuestionsHeadingsAndStatementsAreNone) {
  const std::string asked = "How much does a day ticket for the ferry cost?";
  for (const char* honest :
       {"How much does a day ticket for the ferry cost? It costs 900 yen.",
        "Q. How much does a day ticket for the ferry cost. A. 900 yen.",
        "How much does a day ticket for the ferry cost\n\nA day ticket costs 900 yen.",
        "A day ticket for the ferry costs 900 yen, however much it cost before.",
        "How the day ticket for the ferry came to cost 900 yen is a long story that begins in 1903.", ""})
    EXPECT_FALSE(echoes(honest, asked)) << honest;
}

TEST(EchoTest, ShortQuestionsHaveNone) {
  EXPECT_FALSE(echoes("who is it. It is Brandt.", "who is it"));
}

}  // namespace
}  // namespace genkai::limits::retrieval
