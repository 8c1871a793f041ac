#ifndef FORENSICS_RULE_EXPR_PRIV_H
#define FORENSICS_RULE_EXPR_PRIV_H

#include "rule/expr.h"

/* The tree between expr.c (text to tree) and expr_eval.c (tree to value). */
enum expr_op {
	EXPR_CONST, EXPR_NAME,
	EXPR_OR, EXPR_AND, EXPR_NOT,
	EXPR_EQ, EXPR_NE, EXPR_LT, EXPR_LE, EXPR_GT, EXPR_GE, EXPR_MATCH, EXPR_NO_MATCH, EXPR_IN,
	EXPR_ADD, EXPR_SUB, EXPR_MUL, EXPR_DIV, EXPR_NEG,
	EXPR_LIST, EXPR_CALL
};

enum expr_function { CALL_EXISTS, CALL_LOWER, CALL_LEN, CALL_ABS, CALL_MIN, CALL_MAX, CALL_VER, CALL_COALESCE };

struct expr_node {
	enum expr_op op;
	enum expr_function function;          /* EXPR_CALL */
	struct value value;                   /* EXPR_CONST */
	struct str var;                       /* EXPR_CONST that was var.NAME: its name */
	struct str signal, field;             /* EXPR_NAME; signal is empty for a bare name */
	void *regex;                          /* EXPR_MATCH, EXPR_NO_MATCH: the right side */
	struct expr_node *first, *next;       /* operands in order */
};

struct expr {
	struct str text;
	struct expr_node *root;
};

#endif /* FORENSICS_RULE_EXPR_PRIV_H */
