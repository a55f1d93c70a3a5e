/* khop.h: graph neural networks on exact k-hop neighbourhoods. This text is filled in below. */
#ifndef KHOP_H
#define KHOP_H

#include <khop/base.h>
#include <khop/graph.h>
#include <khop/data.h>
#include <khop/rings.h>
#include <khop/apply.h>
#include <khop/model.h>
#include <khop/train.h>

#endif
