SELECT item, value FROM v_card
