merge into orders values (1, 'ann'), (2, 'bob'), (3, 'cleo');
merge into line values (1, 1, 'tea', 2, 5), (2, 1, 'cup', 1, 7), (3, 2, 'tea', 1, 5), (4, 3, 'gold', 1, 999);
merge into stock values ('tea', 100), ('cup', 100), ('gold', 0);
