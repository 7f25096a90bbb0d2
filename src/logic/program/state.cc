#include "logic/program/state.h"

#include <utility>

namespace genkai::logic {
namespace {

struct Writer {
  std::size_t limit;
  std::vector<std::uint64_t> words{};
  bool put(std::uint64_t word) {
    if (words.size() >= limit) return false;
    words.push_back(word);
    return true;
  }
};

struct Comparer {
  const std::vector<std::uint64_t>& words;
  std::size_t at = 0;
  bool put(std::uint64_t word) {
    if (at >= words.size()) return false;
    return words[at++] == word;
  }
};

}  // namespace

template <class Sink>
bool StateWalk::walk(const MachineState& state, Sink& sink) {
  ++visit_;
  pending_.clear();
  // Every part says its size first, so that no two states can run into the same words.
  const auto value = [&](Value v) {
    if (!sink.put(static_cast<std::uint64_t>(v.kind))) return false;
    if (!v.has_object())
      return sink.put(
          v.kind == Kind::undefined || v.kind == Kind::none ? 0 : static_cast<std::uint64_t>(v.number));
    if (v.object->visit != visit_) {
      v.object->visit = visit_;
      v.object->number = pending_.size();
      pending_.push_back(v.object);
    }
    return sink.put(v.object->number);
  };
  const auto values = [&](const std::vector<Value>& all) {
    if (!sink.put(all.size())) return false;
    for (const Value v : all)
      if (!value(v)) return false;
    return true;
  };
  if (!sink.put(state.frames.size())) return false;
  for (auto frame = state.frames.rbegin(); frame != state.frames.rend();
       ++frame)  // the newest differs soonest
    if (!sink.put(frame->function) || !sink.put(frame->next) || !sink.put(frame->base)) return false;
  if (!values(state.globals) || !values(state.stack)) return false;
  for (std::size_t i = 0; i < pending_.size(); ++i) {  // grows while it is walked
    Object* object = pending_[i];
    switch (object->kind) {
      case Kind::big: {
        const Integer& number = static_cast<BigObject*>(object)->value;
        if (!sink.put(number.negative) || !sink.put(number.limbs.size())) return false;
        for (const std::uint64_t limb : number.limbs)
          if (!sink.put(limb)) return false;
        break;
      }
      case Kind::string: {
        const std::u32string& text = static_cast<StringObject*>(object)->text;
        if (!sink.put(text.size())) return false;
        for (const char32_t c : text)
          if (!sink.put(c)) return false;
        break;
      }
      case Kind::list:
      case Kind::tuple:
        if (!values(static_cast<SequenceObject*>(object)->items)) return false;
        break;
      case Kind::range: {
        const auto* range = static_cast<RangeObject*>(object);
        if (!sink.put(static_cast<std::uint64_t>(range->start)) ||
            !sink.put(static_cast<std::uint64_t>(range->stop)) ||
            !sink.put(static_cast<std::uint64_t>(range->step)))
          return false;
        break;
      }
      case Kind::function: {
        const auto* function = static_cast<FunctionObject*>(object);
        if (!sink.put(function->index) || !values(function->defaults)) return false;
        break;
      }
      default: {  // an iterator; all others have no object
        const auto* iterator = static_cast<IteratorObject*>(object);
        if (!sink.put(iterator->next) || !value(iterator->of)) return false;
        break;
      }
    }
  }
  return true;
}

bool StateWalk::write(const MachineState& state, std::size_t limit, std::vector<std::uint64_t>& out,
                      std::uint64_t& work) {
  Writer writer{limit};
  const bool whole = walk(state, writer);
  work += writer.words.size();
  if (whole) out = std::move(writer.words);
  return whole;
}

bool StateWalk::equals(const MachineState& state, const std::vector<std::uint64_t>& snapshot,
                       std::uint64_t& work) {
  Comparer comparer{snapshot};
  const bool same = walk(state, comparer) && comparer.at == snapshot.size();
  work += comparer.at + 1;
  return same;
}

}  // namespace genkai::logic
