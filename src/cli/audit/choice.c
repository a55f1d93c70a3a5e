/* choice.c: see choice.h. */
#include "cli/audit/choice.h"
#include "cli/messages.h"

int audit_parts(const audit_choice *c) { return c->layers + c->branches; }

void audit_layers(khop_layer *layers, const audit_choice *c) {
  for (int l = 0; l < audit_parts(c); l++) {
    bool branch = l >= c->layers;
    layers[l] = (khop_layer){c->kernels[c->kernel_count > 1 ? l : 0],
                             branch ? c->branch[l - c->layers] : c->dilations[l],
                             !branch && c->strided ? c->strides[l] : 1};
  }
}

bool audit_one_kernel(const audit_choice *c) {
  for (int l = 1; l < c->kernel_count; l++)
    if (c->kernels[l] != c->kernels[0]) return false;
  return true;
}

void audit_padding(int64_t *before, int64_t *after, const audit_choice *c) {
  khop_layer layers[MOST_PARTS];
  audit_layers(layers, c);
  for (int l = 0; l < audit_parts(c); l++) {
    int64_t span = (layers[l].kernel - 1) * layers[l].dilation;
    bool causal = c->padding == PAD_CAUSAL || (c->padding == PAD_UNSAID && layers[l].kernel % 2 == 0);
    before[l] = c->padding == PAD_VALID ? 0 : causal ? span : span / 2;
    after[l] = c->padding == PAD_VALID ? 0 : span - before[l];
    if (c->padding == PAD_NUMBERS) before[l] = after[l] = c->paddings[c->padding_count > 1 ? l : 0];
  }
}

/* --- what does not go together -------------------------------------------------------------- */

/* A list is as long as there are layers and branches, or one number for all. */
static int check_length(const audit_choice *c, const char *option, int count) {
  if (count <= 1 || count == audit_parts(c)) return GO_ON;
  if (c->branches)
    return usage_error("%s: %d of them for %d dilations and %d branches", option, count, c->layers, c->branches);
  return usage_error("%s: %d of them for %d dilations", option, count, c->layers);
}

/* Outputs side by side need one length. */
static int check_branches(const audit_choice *c) {
  khop_layer layers[MOST_PARTS];
  int64_t before[MOST_PARTS], after[MOST_PARTS], kept = 0;
  audit_layers(layers, c);
  audit_padding(before, after, c);
  for (int b = 0; b < c->branches; b++) {
    int l = c->layers + b;
    int64_t change = before[l] + after[l] - (layers[l].kernel - 1) * layers[l].dilation;
    if (b == 0) kept = change;
    if (change != kept)
      return usage_error("--padding: the branch of rate %d changes the length by %lld and that of rate %d by %lld: side "
                         "by side they need one", c->branch[0], (long long)kept, c->branch[b], (long long)change);
  }
  return GO_ON;
}

static int check_padding(const audit_choice *c) {
  if (c->padding == PAD_SAME)
    for (int l = 0; l < c->strided; l++)
      if (c->strides[l] != 1)
        return usage_error("--padding: 'same' is for strides of 1 and layer %d has %d: give numbers", l, c->strides[l]);
  return c->branches ? check_branches(c) : GO_ON;
}

static int check_picture(const audit_choice *c, bool data) {
  if (c->plot && !c->filter_taps && c->branches && !data)
    return usage_error("--plot: draws one layer after another: audit the branches without it");
  if (c->plot && !c->filter_taps && c->padding)
    return usage_error("--plot: draws odd kernels centred and even ones causal: leave --padding out");
  if (c->filter_taps && !c->plot)
    return usage_error("--filter: where to? it goes with --plot");
  return GO_ON;
}

static int check_graph(const audit_choice *c, bool data) {
  if (!data && (c->taps || c->radius || c->samples || c->node || was_given(&c->data, "seed")))
    return usage_error("--hops, --radius, --samples, --seed and --node ask about a graph: give DATA");
  if (was_given(&c->data, "nodes")) return usage_error("--nodes is of the data of a model: give --model");
  static const char *const of_data[] = {"direction", "directed-links", "directed", "ids", "format", "memory", "exact"};
  for (size_t i = 0; !data && i < sizeof of_data / sizeof *of_data; i++)
    if (was_given(&c->data, of_data[i])) return usage_error("--%s is of a graph: give DATA", of_data[i]);
  if (c->taps && c->kernel_count > 1)
    return usage_error("--hops: the taps of every layer, beside a list of %d kernels", c->kernel_count);
  if (data && (c->padding || c->size))
    return usage_error("--padding and --size: a graph has no border");
  for (int l = 0; data && l < c->strided; l++)
    if (c->strides[l] != 1)
      return usage_error("--strides: a graph has none; give the dilated schedule instead");
  return GO_ON;
}

/* A list of kernels or branches says by itself how many layers there are: dilations are then 1, as in every
 * framework. */
static void complete_dilations(audit_choice *c) {
  if (!c->kernel_count) c->kernels[c->kernel_count++] = c->filter_taps ? c->filter_taps : 2;
  int listed = c->kernel_count > 1 ? c->kernel_count - c->branches : 0;
  for (int l = 0; !c->layers_given && l < listed && l < MOST_LAYERS; l++) c->dilations[c->layers++] = 1;
}

/* A trained model brings its layers along. */
static int check_model(const audit_choice *c, bool data) {
  static const char *const of_stacks[] = {"kernel", "dilations", "strides", "branches", "padding", "size", "span", "rate",
                                          "filter", "hops", "radius", "direction", "exact"};
  if (!data) return usage_error("--model: of which data? give DATA");
  for (size_t i = 0; i < sizeof of_stacks / sizeof *of_stacks; i++)
    if (was_given(&c->data, of_stacks[i]))
      return usage_error("--%s is of a stack that is not trained: leave it out beside --model", of_stacks[i]);
  if (c->node && c->samples) return usage_error("--samples: beside --node one node is looked from");
  return GO_ON;
}

int audit_complete(audit_choice *c, bool data) {
  int status;
  if (c->model) return check_model(c, data);
  c->layers_given = c->layers > 0;
  complete_dilations(c);
  if ((status = check_length(c, "--kernel", c->kernel_count)) != GO_ON) return status;
  if ((status = check_length(c, "--padding", c->padding_count)) != GO_ON) return status;
  if (c->strided && c->strided != c->layers)
    return usage_error("--strides: %d of them for %d dilations", c->strided, c->layers);
  if (c->rate > 0 && !(c->span > 0))
    return usage_error("--rate: how long? it goes with --span");
  if (c->span > 0 && !audit_one_kernel(c))
    return usage_error("--span: of one kernel, not of a list of %d", c->kernel_count);
  if ((status = check_picture(c, data)) != GO_ON || (status = check_graph(c, data)) != GO_ON) return status;
  bool schedule = audit_parts(c) > 0;
  if (!schedule && !data && !(c->span > 0) && !c->filter_taps)
    return usage_error("--dilations: which schedule? it is required");
  c->no_schedule = !schedule && !data;
  if (!schedule) c->dilations[c->layers++] = 1;
  return check_padding(c);
}
