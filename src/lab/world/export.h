#pragma once
// A world as files: documents for `genkai ingest`, questions for `calibrate`, `probe` and `ask --batch`, a
// log of facts for `bound`, and the truth. docs/lab/worlds.md has their formats.
//
//   for (const File& file : files_of(world, {.questions = 200}))
//     GENKAI_RETURN_IF_ERROR(base::write_file_atomically(folder / file.path, file.content));

#include <cstddef>
#include <string>
#include <vector>

#include "lab/world/world.h"

namespace genkai::lab::world {

struct ExportOptions {
  std::size_t questions =
      300;  // at most, in questions.jsonl; 70 % plain, the rest hop, back and year in turn
  Split wordings = Split::test;  // of questions
  std::size_t examples = 0;      // of each task, in examples.jsonl
};

struct File {
  std::string path;  // relative, with /
  std::string content;
};

/// documents/SOURCE.jsonl, sources.jsonl, questions.jsonl, facts.jsonl, log.jsonl, truth.jsonl, and
/// examples.jsonl where asked for. The same world and options give the same bytes.
std::vector<File> files_of(const World& world, const ExportOptions& options);

}  // namespace genkai::lab::world
