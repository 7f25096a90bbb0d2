#include "lab/train/gpu/kernels.h"

namespace genkai::lab::train::gpu {

// Every kernel takes the heap first and addresses in it; "out" is written, "d..." is added to.
const char* const kKernels = R"CL(
#define GROUP 64   // kRowGroup
#define TILE 64    // kTile
#define DEEP 16
#define HEAD 256   // kHead
#define AT(address) (heap + (address))
#define INTS(address) ((global const int*)(heap + (address)))

// ---- one by one ----
kernel void add(global float* heap, ulong out, ulong a, ulong b, uint n) {
  const size_t i = get_global_id(0);
  if (i < n) AT(out)[i] = AT(a)[i] + AT(b)[i];
}
kernel void add_scaled_into(global float* heap, ulong out, ulong a, float factor, uint n) {
  const size_t i = get_global_id(0);
  if (i < n) AT(out)[i] += factor * AT(a)[i];
}
kernel void multiply(global float* heap, ulong out, ulong a, ulong b, uint n) {
  const size_t i = get_global_id(0);
  if (i < n) AT(out)[i] = AT(a)[i] * AT(b)[i];
}
kernel void add_product_into(global float* heap, ulong out, ulong a, ulong b, uint n) {
  const size_t i = get_global_id(0);
  if (i < n) AT(out)[i] += AT(a)[i] * AT(b)[i];
}
kernel void add_value_into(global float* heap, ulong out, ulong value, uint n) {
  const size_t i = get_global_id(0);
  if (i < n) AT(out)[i] += AT(value)[0];
}
kernel void add_bias(global float* heap, ulong out, ulong x, ulong bias, uint n, uint width) {
  const size_t i = get_global_id(0);
  if (i < n) AT(out)[i] = AT(x)[i] + AT(bias)[i % width];
}

float sigmoid(float x) { return 1.0f / (1.0f + exp(-x)); }
// kind: 0 silu, 1 gelu (tanh), 2 relu, as of kernels::Activation.
float2 activated(int kind, float x) {  // value, slope
  if (kind == 2) return (float2)(fmax(x, 0.0f), x > 0.0f ? 1.0f : 0.0f);
  if (kind == 0) {
    const float s = sigmoid(x);
    return (float2)(x * s, s + x * (s - s * s));
  }
  const float c = 1.5957691216f, square = x * x;
  const float s = sigmoid(c * (x * (0.044715f * square + 1.0f)));
  return (float2)(x * s, s + (s - s * s) * x * (c * (3 * 0.044715f * square + 1.0f)));
}
kernel void activate(global float* heap, ulong out, ulong x, int kind, uint n) {
  const size_t i = get_global_id(0);
  if (i < n) AT(out)[i] = activated(kind, AT(x)[i]).x;
}
kernel void activate_backward(global float* heap, ulong dx, ulong dout, ulong x, int kind, uint n) {
  const size_t i = get_global_id(0);
  if (i < n) AT(dx)[i] += AT(dout)[i] * activated(kind, AT(x)[i]).y;
}
kernel void swiglu(global float* heap, ulong out, ulong gate, ulong up, uint n) {
  const size_t i = get_global_id(0);
  if (i < n) AT(out)[i] = activated(0, AT(gate)[i]).x * AT(up)[i];
}
kernel void swiglu_backward(global float* heap, ulong dgate, ulong dup, ulong dout, ulong gate, ulong up, uint n) {
  const size_t i = get_global_id(0);
  if (i >= n) return;
  const float2 a = activated(0, AT(gate)[i]);
  const float d = AT(dout)[i];
  AT(dup)[i] += d * a.x;
  AT(dgate)[i] += d * AT(up)[i] * a.y;
}
kernel void adam(global float* heap, ulong value, ulong moment1, ulong moment2, ulong gradient, uint n, float scale,
                 float beta1, float beta2, float rate, float root, float epsilon, float keep) {
  const size_t i = get_global_id(0);
  if (i >= n) return;
  const float g = AT(gradient)[i] * scale;
  const float m = beta1 * AT(moment1)[i] + (1 - beta1) * g;
  const float v = beta2 * AT(moment2)[i] + (1 - beta2) * g * g;
  AT(moment1)[i] = m;
  AT(moment2)[i] = v;
  AT(value)[i] = AT(value)[i] * keep - rate * m / (sqrt(v) * root + epsilon);
}

// ---- rows that are looked up ----
kernel void gather(global float* heap, ulong out, ulong table, ulong rows, uint n, uint width) {
  const size_t i = get_global_id(0);
  if (i < n) AT(out)[i] = AT(table)[(size_t)INTS(rows)[i / width] * width + i % width];
}
// Row rows[i] of out gets row i added; rows are distinct.
kernel void scatter_add(global float* heap, ulong out, ulong x, ulong rows, uint n, uint width) {
  const size_t i = get_global_id(0);
  if (i < n) AT(out)[(size_t)INTS(rows)[i / width] * width + i % width] += AT(x)[i];
}
// order: rows of dout sorted by token; starts: where each distinct token begins there, and the end.
kernel void embed_backward(global float* heap, ulong dtable, ulong dout, ulong tokens, ulong order, ulong starts,
                           uint distinct, uint width) {
  const size_t i = get_global_id(0), which = i / width, c = i % width;
  if (which >= distinct) return;
  const int begin = INTS(starts)[which], end = INTS(starts)[which + 1];
  float total = 0;
  for (int k = begin; k < end; ++k) total += AT(dout)[(size_t)INTS(order)[k] * width + c];
  AT(dtable)[(size_t)INTS(tokens)[INTS(order)[begin]] * width + c] += total;
}
kernel void unfold(global float* heap, ulong out, ulong x, ulong begins, uint n, uint in, uint width) {
  const size_t i = get_global_id(0);
  if (i >= n) return;
  const size_t row = i / (width * in), c = i % (width * in), back = width - 1 - c / in;
  AT(out)[i] = row >= back + (size_t)INTS(begins)[row] ? AT(x)[(row - back) * in + c % in] : 0.0f;
}
kernel void unfold_backward(global float* heap, ulong dx, ulong dout, ulong ends, uint n, uint in, uint width) {
  const size_t i = get_global_id(0);
  if (i >= n) return;
  const size_t row = i / in, c = i % in, end = INTS(ends)[row];
  float total = 0;
  for (size_t back = 0; back < width && row + back < end; ++back)
    total += AT(dout)[(row + back) * width * in + (width - 1 - back) * in + c];
  AT(dx)[i] += total;
}
// x[i] cosine + x[i ^ 1] sine at each row's position; backward turns back and adds.
kernel void rope(global float* heap, ulong out, ulong x, ulong positions, ulong cosine, ulong sine, uint head, uint n,
                 uint width) {
  const size_t i = get_global_id(0);
  if (i >= n) return;
  const size_t at = (size_t)INTS(positions)[i / width] * head + i % width % head;
  AT(out)[i] = AT(x)[i] * AT(cosine)[at] + AT(x)[i ^ 1] * AT(sine)[at];
}
kernel void rope_backward(global float* heap, ulong dx, ulong dout, ulong positions, ulong cosine, ulong sine,
                          uint head, uint n, uint width) {
  const size_t i = get_global_id(0);
  if (i >= n) return;
  const size_t at = (size_t)INTS(positions)[i / width] * head + i % width % head;
  AT(dx)[i] += AT(dout)[i] * AT(cosine)[at] - AT(dout)[i ^ 1] * AT(sine)[at];
}

// ---- sums ----
float group_sum(float value, local float* room) {
  const size_t lane = get_local_id(0);
  room[lane] = value;
  for (size_t half_way = GROUP / 2; half_way > 0; half_way /= 2) {
    barrier(CLK_LOCAL_MEM_FENCE);
    if (lane < half_way) room[lane] += room[lane + half_way];
  }
  barrier(CLK_LOCAL_MEM_FENCE);
  const float total = room[0];
  barrier(CLK_LOCAL_MEM_FENCE);
  return total;
}
float group_max(float value, local float* room) {
  const size_t lane = get_local_id(0);
  room[lane] = value;
  for (size_t half_way = GROUP / 2; half_way > 0; half_way /= 2) {
    barrier(CLK_LOCAL_MEM_FENCE);
    if (lane < half_way) room[lane] = fmax(room[lane], room[lane + half_way]);
  }
  barrier(CLK_LOCAL_MEM_FENCE);
  const float top = room[0];
  barrier(CLK_LOCAL_MEM_FENCE);
  return top;
}
// out[group] = sum (of squares) of `each` values.
kernel void total(global float* heap, ulong out, ulong x, uint n, uint each, int squares) {
  local float room[GROUP];
  const size_t begin = get_group_id(0) * (size_t)each, end = min((size_t)n, begin + each);
  float sum = 0;
  for (size_t i = begin + get_local_id(0); i < end; i += GROUP) sum += squares ? AT(x)[i] * AT(x)[i] : AT(x)[i];
  sum = group_sum(sum, room);
  if (get_local_id(0) == 0) AT(out)[get_group_id(0)] = sum;
}
// out[block][column] = sum over the block's rows of dout (* (x - mean) * inverse where `normalised`).
kernel void columns(global float* heap, ulong out, ulong dout, ulong x, ulong mean, ulong inverse, int normalised,
                    uint rows, uint width, uint each, uint n) {
  const size_t i = get_global_id(0);
  if (i >= n) return;
  const size_t c = i % width, begin = i / width * each, end = min((size_t)rows, begin + each);
  float sum = 0;
  for (size_t r = begin; r < end; ++r) {
    const float d = AT(dout)[r * width + c];
    sum += normalised ? d * (AT(x)[r * width + c] - (normalised > 1 ? AT(mean)[r] : 0.0f)) * AT(inverse)[r] : d;
  }
  AT(out)[i] = sum;
}
// out = beta * out + sum over parts; out has rows at a stride.
kernel void sum_parts(global float* heap, ulong out, ulong parts, uint count, uint n, uint width, uint stride,
                      float beta) {
  const size_t i = get_global_id(0);
  if (i >= n) return;
  float sum = 0;
  for (size_t p = 0; p < count; ++p) sum += AT(parts)[p * n + i];
  global float* to = AT(out) + i / width * stride + i % width;
  *to = beta == 0 ? sum : beta * *to + sum;
}

// ---- rows, a group each ----
// with_mean: layer norm, else RMS norm.
kernel void norm(global float* heap, ulong out, ulong mean, ulong inverse, ulong x, ulong weight, ulong bias,
                 uint width, float epsilon, int with_mean) {
  local float room[GROUP];
  const size_t row = get_group_id(0), lane = get_local_id(0);
  global const float* v = AT(x) + row * width;
  float m = 0;
  if (with_mean) {
    for (size_t i = lane; i < width; i += GROUP) m += v[i];
    m = group_sum(m, room) / width;
  }
  float squares = 0;
  for (size_t i = lane; i < width; i += GROUP) squares += (v[i] - m) * (v[i] - m);
  const float scale = 1.0f / sqrt(group_sum(squares, room) / width + epsilon);
  for (size_t i = lane; i < width; i += GROUP)
    AT(out)[row * width + i] = (v[i] - m) * scale * AT(weight)[i] + (with_mean ? AT(bias)[i] : 0.0f);
  if (lane == 0) {
    AT(inverse)[row] = scale;
    if (with_mean) AT(mean)[row] = m;
  }
}
kernel void norm_backward(global float* heap, ulong dx, ulong dout, ulong x, ulong weight, ulong mean, ulong inverse,
                          uint width, int with_mean) {
  local float room[GROUP];
  const size_t row = get_group_id(0), lane = get_local_id(0);
  global const float* v = AT(x) + row * width;
  global const float* d = AT(dout) + row * width;
  const float m = with_mean ? AT(mean)[row] : 0.0f, scale = AT(inverse)[row];
  float total = 0, along = 0;
  for (size_t i = lane; i < width; i += GROUP) {
    const float dy = d[i] * AT(weight)[i];
    total += dy;
    along += dy * (v[i] - m) * scale;
  }
  along = group_sum(along, room) / width;
  total = with_mean ? group_sum(total, room) / width : 0.0f;
  for (size_t i = lane; i < width; i += GROUP)
    AT(dx)[row * width + i] += (d[i] * AT(weight)[i] - total - (v[i] - m) * scale * along) * scale;
}
// Makes of each row of logits its gradient times the weight; losses[row] = weight * -ln softmax[target].
kernel void cross_entropy(global float* heap, ulong logits, ulong targets, ulong weights, ulong losses, uint n) {
  local float room[GROUP];
  const size_t row = get_group_id(0), lane = get_local_id(0);
  global float* v = AT(logits) + row * n;
  const int target = INTS(targets)[row];
  const float weight = AT(weights)[row], wanted = v[target];
  float top = -INFINITY;
  for (size_t i = lane; i < n; i += GROUP) top = fmax(top, v[i]);
  top = group_max(top, room);
  float total = 0;
  for (size_t i = lane; i < n; i += GROUP) total += exp(v[i] - top);
  total = group_sum(total, room);
  for (size_t i = lane; i < n; i += GROUP) v[i] = exp(v[i] - top) * weight / total - (i == target ? weight : 0.0f);
  if (lane == 0) AT(losses)[row] = weight * (log(total) + top - wanted);
}

// ---- products ----
// out (of part z) = a b + beta out over inner [z * part, (z + 1) * part): a(i, k) = a[i * a_row + k * a_deep],
// b(k, j) = b[k * b_deep + j * b_col].
kernel __attribute__((reqd_work_group_size(16, 16, 1)))
void product(global float* heap, ulong out, ulong a, ulong b, uint rows, uint cols, uint inner, uint a_row,
             uint a_deep, uint b_deep, uint b_col, uint out_row, float beta, uint part, ulong out_part) {
  local float as[DEEP][TILE + 1], bs[DEEP][TILE + 1];
  const uint x = get_local_id(0), y = get_local_id(1), item = y * 16 + x;
  const uint row0 = get_group_id(1) * TILE, col0 = get_group_id(0) * TILE;
  const uint begin = get_group_id(2) * part, end = min(inner, begin + part);
  float sums[4][4];
  for (int m = 0; m < 4; ++m)
    for (int n = 0; n < 4; ++n) sums[m][n] = 0;
  for (uint k0 = begin; k0 < end; k0 += DEEP) {
    for (uint e = item; e < TILE * DEEP; e += 256) {
      const uint i = a_deep == 1 ? e / DEEP : e % TILE, ka = a_deep == 1 ? e % DEEP : e / TILE;
      as[ka][i] = row0 + i < rows && k0 + ka < end
                      ? AT(a)[(size_t)(row0 + i) * a_row + (size_t)(k0 + ka) * a_deep] : 0.0f;
      const uint j = b_col == 1 ? e % TILE : e / DEEP, kb = b_col == 1 ? e / TILE : e % DEEP;
      bs[kb][j] = col0 + j < cols && k0 + kb < end
                      ? AT(b)[(size_t)(k0 + kb) * b_deep + (size_t)(col0 + j) * b_col] : 0.0f;
    }
    barrier(CLK_LOCAL_MEM_FENCE);
    for (uint k = 0; k < DEEP; ++k) {
      float left[4], right[4];
      for (int m = 0; m < 4; ++m) left[m] = as[k][y + 16 * m];
      for (int n = 0; n < 4; ++n) right[n] = bs[k][x + 16 * n];
      for (int m = 0; m < 4; ++m)
        for (int n = 0; n < 4; ++n) sums[m][n] += left[m] * right[n];
    }
    barrier(CLK_LOCAL_MEM_FENCE);
  }
  for (int m = 0; m < 4; ++m)
    for (int n = 0; n < 4; ++n) {
      const uint row = row0 + y + 16 * m, col = col0 + x + 16 * n;
      if (row >= rows || col >= cols) continue;
      global float* to = AT(out) + get_group_id(2) * out_part + (size_t)row * out_row + col;
      *to = beta == 0 ? sums[m][n] : beta * *to + sums[m][n];
    }
}

// ---- attention, a group for each row and head ----
// The probabilities of row i and head h are (i - begin + 1) floats at p + offsets[i] + h * (i - begin + 1).
// Work-items share the components of a head: `wide` of them side by side, the rest in parallel over what is summed.
// to[c] = sum over j of by[j] * rows[j][c], added to what is there where `add`.
void weighted_rows(global float* to, int add, global const float* by, global const float* rows, size_t n,
                   size_t stride, uint size, local float* room) {
  const size_t lane = get_local_id(0);
  const size_t wide = min(size, (uint)GROUP), parts = GROUP / wide, side = lane % wide, mine = lane / wide;
  for (size_t first = 0; first < size; first += wide) {
    const size_t c = first + side;
    float sum = 0;
    if (c < size && mine < parts)
      for (size_t j = mine; j < n; j += parts) sum += by[j] * rows[j * stride + c];
    room[lane] = sum;
    barrier(CLK_LOCAL_MEM_FENCE);
    if (c < size && mine == 0) {
      for (size_t other = 1; other < parts; ++other) sum += room[other * wide + side];
      to[c] = add ? to[c] + sum : sum;
    }
    barrier(CLK_LOCAL_MEM_FENCE);
  }
}
kernel void attend(global float* heap, ulong out, ulong q, ulong k, ulong v, ulong p, ulong begins, ulong offsets,
                   ulong scales, uint heads, uint kv_heads, uint size, int alibi) {
  local float room[GROUP], query[HEAD];
  const size_t row = get_group_id(0), head = get_group_id(1), lane = get_local_id(0);
  const size_t begin = INTS(begins)[row], n = row - begin + 1, q_width = heads * size, kv_width = kv_heads * size;
  const size_t kv = head / (heads / kv_heads) * size;
  const float scale = AT(scales)[row], slope = alibi ? exp2(-8.0f * (head + 1) / heads) : 0.0f;
  global float* share = AT(p) + (uint)INTS(offsets)[row] + head * n;
  for (size_t c = lane; c < size; c += GROUP) query[c] = AT(q)[row * q_width + head * size + c];
  barrier(CLK_LOCAL_MEM_FENCE);
  float top = -INFINITY;
  for (size_t j = lane; j < n; j += GROUP) {
    global const float* key = AT(k) + (begin + j) * kv_width + kv;
    float score = 0;
    for (size_t c = 0; c < size; ++c) score += query[c] * key[c];
    score = score * scale + slope * j;
    share[j] = score;
    top = fmax(top, score);
  }
  top = group_max(top, room);
  float total = 0;
  for (size_t j = lane; j < n; j += GROUP) {
    share[j] = exp(share[j] - top);
    total += share[j];
  }
  total = 1.0f / group_sum(total, room);
  for (size_t j = lane; j < n; j += GROUP) share[j] *= total;
  barrier(CLK_GLOBAL_MEM_FENCE);
  weighted_rows(AT(out) + row * q_width + head * size, 0, share, AT(v) + begin * kv_width + kv, n, kv_width, size, room);
}
// ds: gradients of the scores before their scale and slope, laid out as p; adds to dq.
kernel void attend_backward_queries(global float* heap, ulong dq, ulong dout, ulong k, ulong v, ulong p, ulong ds,
                                    ulong begins, ulong offsets, ulong scales, uint heads, uint kv_heads, uint size) {
  local float room[GROUP], above[HEAD];
  const size_t row = get_group_id(0), head = get_group_id(1), lane = get_local_id(0);
  const size_t begin = INTS(begins)[row], n = row - begin + 1, q_width = heads * size, kv_width = kv_heads * size;
  const size_t kv = head / (heads / kv_heads) * size;
  global const float* share = AT(p) + (uint)INTS(offsets)[row] + head * n;
  global float* change = AT(ds) + (uint)INTS(offsets)[row] + head * n;
  for (size_t c = lane; c < size; c += GROUP) above[c] = AT(dout)[row * q_width + head * size + c];
  barrier(CLK_LOCAL_MEM_FENCE);
  float dot_all = 0;
  for (size_t j = lane; j < n; j += GROUP) {
    global const float* value = AT(v) + (begin + j) * kv_width + kv;
    float d = 0;
    for (size_t c = 0; c < size; ++c) d += above[c] * value[c];
    change[j] = d;
    dot_all += share[j] * d;
  }
  dot_all = group_sum(dot_all, room);
  const float scale = AT(scales)[row];
  for (size_t j = lane; j < n; j += GROUP) change[j] = share[j] * (change[j] - dot_all) * scale;
  barrier(CLK_GLOBAL_MEM_FENCE);
  weighted_rows(AT(dq) + row * q_width + head * size, 1, change, AT(k) + begin * kv_width + kv, n, kv_width, size, room);
}
// Adds to dk and dv; a group for each row of keys and each of their heads.
kernel void attend_backward_keys(global float* heap, ulong dk, ulong dv, ulong dout, ulong q, ulong p, ulong ds,
                                 ulong begins, ulong ends, ulong offsets, uint heads, uint kv_heads, uint size) {
  local float room_k[GROUP], room_v[GROUP];
  const size_t row = get_group_id(0), kv_head = get_group_id(1), lane = get_local_id(0);
  const size_t begin = INTS(begins)[row], end = INTS(ends)[row], j = row - begin, shared = heads / kv_heads;
  const size_t q_width = heads * size, kv_width = kv_heads * size;
  const size_t wide = min(size, (uint)GROUP), parts = GROUP / wide, side = lane % wide, mine = lane / wide;
  for (size_t first = 0; first < size; first += wide) {
    const size_t c = first + side;
    float sum_k = 0, sum_v = 0;
    if (c < size && mine < parts)
      for (size_t i = row + mine; i < end; i += parts)
        for (size_t head = kv_head * shared; head < (kv_head + 1) * shared; ++head) {
          const size_t at = (uint)INTS(offsets)[i] + head * (i - begin + 1) + j, from = i * q_width + head * size + c;
          sum_v += AT(p)[at] * AT(dout)[from];
          sum_k += AT(ds)[at] * AT(q)[from];
        }
    room_k[lane] = sum_k;
    room_v[lane] = sum_v;
    barrier(CLK_LOCAL_MEM_FENCE);
    if (c < size && mine == 0) {
      for (size_t other = 1; other < parts; ++other) {
        sum_k += room_k[other * wide + side];
        sum_v += room_v[other * wide + side];
      }
      AT(dk)[row * kv_width + kv_head * size + c] += sum_k;
      AT(dv)[row * kv_width + kv_head * size + c] += sum_v;
    }
    barrier(CLK_LOCAL_MEM_FENCE);
  }
}
)CL";

}  // namespace genkai::lab::train::gpu
