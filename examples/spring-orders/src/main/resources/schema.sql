create table if not exists orders (id bigint primary key, customer varchar(40));
create table if not exists line (id bigint primary key, order_id bigint, sku varchar(40), quantity int, price int);
create table if not exists stock (sku varchar(40) primary key, available int);
create table if not exists receipt (id bigint auto_increment primary key, order_id bigint, total int, payment varchar(40));
