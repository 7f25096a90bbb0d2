#pragma once
// The door of what can be computed of the context limit without asking a model.
//
//   position_frequency(lengths, {.window = 4096})->within(0.1)   // distance that keeps a tenth of the
//   practice crowding({.tokens = 100'000, .weight = 0.9})->margin         // 13.7: what a logit has to stand
//   out by rotary({.size = 128, .base = 10'000}, 4'096)                 // exact decay of the encoding

#include "limits/context/bound/cost.h"
#include "limits/context/bound/crowding.h"
#include "limits/context/bound/effective.h"
#include "limits/context/bound/encoding.h"
#include "limits/context/bound/positions.h"
