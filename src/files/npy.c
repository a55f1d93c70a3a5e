/* npy.c */
#include "files/npy.h"
